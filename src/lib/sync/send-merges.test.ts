import { describe, expect, it } from 'vitest';
import { faultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import { changedBy } from '#lib/domain/document-head.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import { generationOf } from '#lib/protocol/revision.ts';

const IDS = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => `household:${name}`);
const BAD = 'household:C';
const now = '2026-11-22T01:00:00.000Z';
const HEAD = { type: 'household', schema: 1, createdAt: now, createdBy: 'seed', number: '1' };

async function change(device: SyncingDevice, _id: string, fields: object): Promise<void> {
  const { rev, body } = (await device.read(_id))!;
  const author = { person: 'li', device: 'tablet', now, generation: generationOf(rev) + 1 };
  await device.save(changedBy(author, body, { ...body, ...fields }) as DocumentBody & { _id: string });
}

/** Bob has six households to merge; `trouble` befalls his requests that send a merge of one of them. */
async function aConflict() {
  const server = aPouchServer();
  const line: { trouble?: RemoteFault } = {};
  const isBad = ({ _id, updatedBy }: RevisionedDocument) => _id === BAD && updatedBy === 'merge';
  const remote = faultyRemote(pouchRemote(server), (method, argument) =>
    method === 'bulkDocs' && (argument as RevisionedDocument[]).some(isBad) ? line.trouble : undefined,
  );
  const alice = await aSyncingDevice(pouchRemote(server));
  const bob = await aSyncingDevice(remote);
  for (const _id of IDS) await alice.save({ ...HEAD, _id });
  await alice.round();
  await bob.round();
  for (const id of IDS) {
    await change(alice, id, { number: '7' });
    await change(bob, id, { residence: '02' });
  }
  await alice.round();
  const live = async () => (await server.allDocs({ include_docs: true, conflicts: true })).rows;
  const conflicted = async () => (await live()).filter(({ doc }) => doc?._conflicts).map(({ id }) => id);
  return { bob, line, conflicted };
}
const fault = (kind: RemoteFault['kind'], status: number): RemoteFault => ({
  outcome: 'fault',
  kind,
  status,
});

describe('of many merges one the server will not take', () => {
  it.each([400, 412, 413])(
    'for its size or its id (%i) holds up no other, nor the hand-in',
    async (status) => {
      const { bob, line, conflicted } = await aConflict();
      line.trouble = fault('too-large', status);
      expect(await bob.round()).toMatchObject({ merged: 5, complete: true });
      expect(await conflicted()).toEqual([BAD]);
      expect(await bob.round()).toMatchObject({ merged: 0, complete: true });
    },
  );

  it('because it stumbles over it is tried again by itself, and is no trouble for ever', async () => {
    const { bob, line, conflicted } = await aConflict();
    line.trouble = fault('busy', 500);
    expect(await bob.round()).toMatchObject({ merged: 5, complete: false, fault: { status: 500 } });
    expect(await conflicted()).toEqual([BAD]);
    expect(await bob.round()).toMatchObject({ complete: false });
    expect(await bob.round()).toMatchObject({ complete: true });
    delete line.trouble;
    expect(await bob.round()).toMatchObject({ merged: 1, complete: true });
    expect(await conflicted()).toEqual([]);
  });
});
