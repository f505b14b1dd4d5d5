import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, it } from 'vitest';
import { opaqueReferenceOf } from '#lib/domain/opaque-reference.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { openStore } from './open-store.ts';
import { aesGcmCipher } from './sealing.ts';
import { openTablet } from './tablet.ts';

const CARE = 'care-999999001001001';
const GRID = 'grid-999999001001001';

it('a tablet that goes to a desk keeps of nobody what is restricted, but what was not sent', async () => {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange };
  const nowMs = () => Date.UTC(2026, 10, 22);
  const tablet = await openTablet({ ...factory, nowMs, rounds: 1000 });
  expect(await tablet.readPlace()).toBeUndefined();
  await tablet.putPlace('field');
  const enrolled = await tablet.enrol('li', 'of li');
  if (enrolled.outcome !== 'open') throw new Error('not enrolled');
  const hers = {
    ...{ ...factory, nowMs, name: enrolled.storeName, referenceOf: opaqueReferenceOf },
    cipher: aesGcmCipher(enrolled.key),
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  };
  const store = await openStore(hers);
  const turn = await store.beginTurn();
  const rev = `1-${'a'.repeat(32)}`;
  await pulls(turn, CARE, aRow({ _id: 'tag:THERE', type: 'tag' }, [rev]));
  await pulls(turn, GRID, aRow({ _id: 'household:A', type: 'household' }, [rev]));
  await store.saveAction([{ scope: CARE, body: { _id: 'tag:UNSENT', type: 'tag' } }]);
  // She is gone home; a colleague puts the tablet on the desk.
  store.close();
  await tablet.putPlace('desk');
  expect(await tablet.readPlace()).toBe('desk');
  const later = await openStore(hers);
  expect(await later.listHeldScopes()).toEqual([GRID]);
  expect(await later.readDocument(CARE, 'tag:THERE')).toBeUndefined();
  expect(await later.readDocument(CARE, 'tag:UNSENT')).toMatchObject({ body: { type: 'tag' } });
  later.close();
  tablet.close();
});
