// What push and pull rely on in a store (protocol/replica-store.ts), whatever it keeps its rows on: held against the
// browser's kind of database and against the model medium of the simulator, so that the one may stand for the other.
import { describe, expect, it } from 'vitest';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';

const SCOPE = 'grid-110101001001001';
const visit = (n: number) => ({ _id: `visit:${String(n)}`, type: 'visit', household: 'household:A', n });
const household = (fields: object) => ({ _id: 'household:A', type: 'household', ...fields });

export interface OpenedStore {
  store: DeviceStore;
  /** Another tab over the same rows. */
  again(): Promise<DeviceStore>;
}

async function saved(store: DeviceStore, body: { _id: string; type: string }): Promise<string> {
  const basedOn = (await store.readDocument(SCOPE, body._id))?.rev;
  const outcome = await store.saveAction([{ scope: SCOPE, body, basedOn }]);
  if (outcome.outcome !== 'saved') throw new Error(outcome.outcome);
  return outcome.revs[0]!;
}

const faultOf = (doing: Promise<unknown>) =>
  doing.then(
    () => undefined,
    (error: unknown) => storageFaultKind(error),
  );

export function replicaStoreContract(open: () => Promise<OpenedStore>): void {
  describe('what waits', () => {
    it('is listed by tries, then by age, and read in the order asked for', async () => {
      const { store } = await open();
      for (const n of [1, 2, 3]) await saved(store, visit(n));
      const turn = await store.beginTurn();
      await turn.postpone(SCOPE, [{ id: 'visit:1', answer: 'conflict' }]);
      const waiting = await turn.listWaiting(SCOPE);
      expect(waiting.map(({ id, tries }) => [id, tries])).toEqual([
        ['visit:2', 0],
        ['visit:3', 0],
        ['visit:1', 1],
      ]);
      const read = await turn.readWaiting(SCOPE, ['visit:3', 'visit:1'], 1e6);
      expect(read.map(({ id }) => id)).toEqual(['visit:3', 'visit:1']);
      expect(await turn.readWaiting(SCOPE, ['visit:3', 'visit:1'], 1)).toHaveLength(1);
      expect(await turn.listWaitingScopes()).toEqual([SCOPE]);
    });

    it('may be sent only as it stands now', async () => {
      const { store } = await open();
      const old = await saved(store, household({ floor: 1 }));
      const rev = await saved(store, household({ floor: 2 }));
      const turn = await store.beginTurn();
      expect(await turn.markAttempted(SCOPE, [{ id: 'household:A', rev: old }])).toEqual([]);
      expect(await turn.markAttempted(SCOPE, [{ id: 'household:A', rev }])).toEqual(['household:A']);
    });

    it('goes when its newest revision is confirmed, and stays with what was typed since', async () => {
      const { store } = await open();
      const sent = await saved(store, household({ floor: 1 }));
      const turn = await store.beginTurn();
      await turn.markAttempted(SCOPE, [{ id: 'household:A', rev: sent }]);
      const newer = await saved(store, household({ floor: 2 }));
      await turn.confirm(SCOPE, [{ id: 'household:A', rev: sent }]);
      expect(await turn.readWaiting(SCOPE, ['household:A'], 1e6)).toMatchObject([{ path: [newer, sent] }]);
      await turn.markAttempted(SCOPE, [{ id: 'household:A', rev: newer }]);
      await turn.confirm(SCOPE, [{ id: 'household:A', rev: newer }]);
      expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
      expect(await turn.countDocuments(SCOPE)).toBe(1);
    });

    it('stands in the rejections when it was refused, and only as it was refused', async () => {
      const { store } = await open();
      const rev = await saved(store, visit(1));
      const turn = await store.beginTurn();
      const refused = { id: 'visit:1', error: 'forbidden', reason: 'no' };
      await turn.reject(SCOPE, [{ ...refused, rev: '1-other' }]);
      expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
      await turn.reject(SCOPE, [{ ...refused, rev }]);
      expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
      expect(await store.retryRejection((await store.listRejections())[0]!)).toBe('waiting');
      expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
    });
  });

  describe('a slice', () => {
    it('is stored with its checkpoint, and twice is as good as once', async () => {
      const { store } = await open();
      const turn = await store.beginTurn();
      const rows = [aRow(household({ floor: 1 }), ['1-a']), aRow(visit(1), ['1-b'])];
      for (const since of ['5-x', '5-x']) {
        await turn.storePulled(await turn.preparePulled(SCOPE, rows, false), { since });
        expect(await turn.readCheckpoint(SCOPE)).toMatchObject({ since });
      }
      expect(await turn.countDocuments(SCOPE)).toBe(2);
      expect((await store.listByReference('household:A')).documents).toHaveLength(1);
      expect((await store.listByType(SCOPE, 'household')).documents).toHaveLength(1);
    });

    it('prepared while nothing was held is stored in bundles that documents can leave', async () => {
      const { store } = await open();
      const turn = await store.beginTurn();
      const rows = Array.from({ length: 60 }, (_, n) => aRow(visit(n), ['1-a']));
      await turn.storePulled(await turn.preparePulled(SCOPE, rows, true), { since: 1 });
      await pulls(turn, SCOPE, aRow({ ...visit(7), more: true }, ['2-b', '1-a']));
      expect(await turn.countDocuments(SCOPE)).toBe(60);
      expect((await store.readDocument(SCOPE, 'visit:7'))?.rev).toBe('2-b');
      const held = await turn.listHeld(SCOPE);
      expect(held.held.length).toBeGreaterThan(0);
    });

    it('takes nobody’s unsent words away, and a tombstone takes the copy', async () => {
      const { store } = await open();
      const turn = await store.beginTurn();
      await pulls(turn, SCOPE, aRow(household({ phone: '1', floor: 1 }), ['1-a']), aRow(visit(1), ['1-b']));
      await saved(store, household({ phone: '2', floor: 1 }));
      await pulls(turn, SCOPE, aRow(household({ phone: '1', floor: 7 }), ['2-b', '1-a']));
      expect((await store.readDocument(SCOPE, 'household:A'))?.body).toMatchObject({ phone: '2', floor: 7 });
      await pulls(turn, SCOPE, aRow({ ...visit(1), _deleted: true }, ['2-c', '1-b']));
      expect(await store.readDocument(SCOPE, 'visit:1')).toBeUndefined();
    });

    it('keeps losing leaves until they are named no more', async () => {
      const { store } = await open();
      const turn = await store.beginTurn();
      const loser = { rev: '2-a', deleted: false, body: household({ floor: 2 }), path: ['2-a', '1-a'] };
      const won = aRow(household({ floor: 3 }), ['2-b', '1-a'], { conflicts: [loser] });
      await pulls(turn, SCOPE, won);
      expect(await store.readLeaves(SCOPE, 'household:A')).toEqual([loser]);
      expect((await turn.listConflicted(SCOPE)).documents).toMatchObject([{ id: 'household:A', rev: '2-b' }]);
      await pulls(turn, SCOPE, aRow(household({ floor: 4 }), ['3-c', '2-b', '1-a']));
      expect(await store.readLeaves(SCOPE, 'household:A')).toEqual([]);
    });
  });

  describe('a turn', () => {
    it('ends with the next one, whoever begins it: nothing of it is written any more', async () => {
      const { store, again } = await open();
      const turn = await store.beginTurn();
      const prepared = await turn.preparePulled(SCOPE, [aRow(visit(1), ['1-a'])], false);
      await (await again()).beginTurn();
      expect(await faultOf(turn.storePulled(prepared, { since: 1 }))).toBe('fenced');
      expect(await faultOf(turn.putCheckpoint(SCOPE, { since: 1 }))).toBe('fenced');
      expect(await turn.readCheckpoint(SCOPE)).toBeUndefined();
      expect(await turn.countDocuments(SCOPE)).toBe(0);
    });

    it('forgets a checkpoint, and a scope but for what was never sent', async () => {
      const { store } = await open();
      await saved(store, visit(1));
      const turn = await store.beginTurn();
      await pulls(turn, SCOPE, aRow(household({ floor: 1 }), ['1-a']));
      await turn.putCheckpoint(SCOPE, undefined);
      expect(await turn.readCheckpoint(SCOPE)).toBeUndefined();
      await turn.dropScope(SCOPE);
      expect(await turn.countDocuments(SCOPE)).toBe(0);
      expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
    });
  });
}
