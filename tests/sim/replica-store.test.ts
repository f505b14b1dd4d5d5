import { describe, expect, it } from 'vitest';
import { opaqueReferenceOf } from '#lib/domain/opaque-reference.ts';
import { openStoreOver } from '#lib/storage/open-store.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { newModelMedium } from './model-medium.ts';
import { plainCipher } from './plain-cipher.ts';
import { replicaStoreContract } from './replica-store.contract.ts';

function aModel(isFull: () => boolean = () => false) {
  let now = 0;
  const medium = newModelMedium(
    () => now,
    () => undefined,
  );
  const open = () =>
    openStoreOver(medium.connect(isFull), {
      cipher: plainCipher,
      referenceOf: opaqueReferenceOf,
      nowMs: () => (now += 1000),
      randomBytes: (length) => new Uint8Array(length),
    });
  return { medium, open };
}

describe('a store on Dexie', () => {
  replicaStoreContract(() => aMemoryStore());
});

describe('a store on the model medium', () => {
  replicaStoreContract(async () => {
    const { open } = aModel();
    return { store: await open(), again: open };
  });

  const put = { scope: 'grid-1', body: { _id: 'visit:1', type: 'visit' } };

  it('has nothing of an action for which there was no room', async () => {
    const room = { full: false };
    const { open } = aModel(() => room.full);
    const store = await open();
    room.full = true;
    expect(await store.saveAction([put])).toEqual({ outcome: 'full' });
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    room.full = false;
    expect(await store.saveAction([put])).toMatchObject({ outcome: 'saved' });
  });

  it('loses relaxed commits with the power, the latest first, and nothing that was strict', async () => {
    const { medium, open } = aModel();
    const store = await open();
    await store.saveAction([put]);
    expect(medium.losePower(0, 100)).toBe(0);
    const turn = await store.beginTurn();
    await turn.storePulled(await turn.preparePulled('grid-1', [], false), { since: 1 });
    await turn.storePulled(await turn.preparePulled('grid-1', [], false), { since: 2 });
    expect(medium.losePower(0, 1)).toBe(1);
    expect(await turn.readCheckpoint('grid-1')).toEqual({ since: 1 });
    expect(medium.losePower(0, 100)).toBeGreaterThan(0);
    expect(await turn.readCheckpoint('grid-1')).toBeUndefined();
    expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
  });
});
