import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { nextRevision } from '#lib/protocol/revision.ts';

const SCOPE = 'grid-1';
const ID = 'household:A';
const household = (fields: Record<string, unknown>) => ({ _id: ID, type: 'household', ...fields });
const R1 = nextRevision(undefined, household({ phone: '1', floor: 1 }));
const base = aRow(household({ phone: '1', floor: 1 }), [R1]);

/** A device that holds the household at R1, and a turn of syncing. */
async function aDevice() {
  const { store, again } = await aMemoryStore();
  const turn = await store.beginTurn();
  await pulls(turn, SCOPE, base);
  const read = () => store.readDocument(SCOPE, ID);
  const change = async (fields: Record<string, unknown>) => {
    const saved = await store.saveAction([
      { scope: SCOPE, body: household(fields), basedOn: (await read())?.rev },
    ]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    return saved.revs[0]!;
  };
  const attempted = async (rev: string) => turn.markAttempted(SCOPE, [{ id: ID, rev }]);
  const waiting = () => turn.readWaiting(SCOPE, [ID], 1e6);
  return { store, again, turn, read, change, attempted, waiting };
}

describe('a pulled row', () => {
  it('is what a reader sees where she has changed nothing', async () => {
    const { turn, read } = await aDevice();
    await pulls(turn, SCOPE, aRow(household({ phone: '9' }), ['2-b', R1]));
    expect(await read()).toMatchObject({ rev: '2-b', waiting: false, body: { phone: '9' } });
  });

  it('stored twice changes nothing, with or without unsent work', async () => {
    const { turn, read, change, waiting } = await aDevice();
    await pulls(turn, SCOPE, base, base);
    expect((await read())?.rev).toBe(R1);
    await change({ phone: '2', floor: 1 });
    const before = await waiting();
    await pulls(turn, SCOPE, base);
    expect(await waiting()).toEqual(before);
  });

  it('that is older than what is held is passed over', async () => {
    const { turn, read } = await aDevice();
    await pulls(turn, SCOPE, aRow(household({ phone: '9' }), ['2-b', R1]));
    await pulls(turn, SCOPE, base);
    expect((await read())?.rev).toBe('2-b');
    await pulls(turn, SCOPE, aRow(household({ phone: 'x' }), ['3-c', '2-b', R1]), base);
    expect((await read())?.rev).toBe('3-c');
  });

  it('this build cannot read is not put together with unsent work: hers goes up as it is', async () => {
    const { turn, change, waiting } = await aDevice();
    const rev = await change({ phone: '2' });
    await pulls(turn, SCOPE, aRow(household({ phone: '9', schema: 99 }), ['2-b', R1]));
    expect(await waiting()).toMatchObject([{ path: [rev, R1], body: { phone: '2' } }]);
    expect((await waiting())[0]!.body).not.toHaveProperty('schema', 99);
  });

  it('takes the copy away where it is a tombstone', async () => {
    const { store, turn, read } = await aDevice();
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['2-b', R1]));
    expect(await read()).toBeUndefined();
    expect(await store.countDocuments(SCOPE)).toBe(0);
  });

  it('takes the copy away even where nothing was said to be held', async () => {
    const { store, turn } = await aDevice();
    const gone = aRow(household({ _deleted: true }), ['2-b', R1]);
    await turn.storePulled(await turn.preparePulled(SCOPE, [gone], true), { since: 2 });
    expect(await store.countDocuments(SCOPE)).toBe(0);
  });

  it('moves the checkpoint with it, as the server said it', async () => {
    const { turn } = await aDevice();
    const since = '17-g1AAAAB opaque';
    await turn.storePulled(await turn.preparePulled(SCOPE, [base], false), {
      since,
      vouched: { since: 3, nonce: 'n' },
    });
    expect(await turn.readCheckpoint(SCOPE)).toEqual({ since, vouched: { since: 3, nonce: 'n' } });
  });
});

describe('a row for a document with unsent work', () => {
  it('carries work nobody has seen onto the new state', async () => {
    const { turn, read, change, waiting } = await aDevice();
    await change({ phone: '2', floor: 1 });
    await change({ phone: '3', floor: 1 });
    await pulls(turn, SCOPE, aRow(household({ phone: '1', floor: 7 }), ['2-b', R1]));
    const seen = await read();
    expect(seen).toMatchObject({ waiting: true, body: household({ phone: '3', floor: 7 }) });
    const rev = nextRevision('2-b', seen!.body);
    expect(await waiting()).toMatchObject([{ path: [rev, '2-b', R1] }]);
  });

  it('ends work that says nothing new any more', async () => {
    const { store, turn, read, change } = await aDevice();
    await change({ phone: '2', floor: 1 });
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 1 }), ['2-b', R1]));
    expect(await read()).toMatchObject({ rev: '2-b', waiting: false });
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('leaves work its path where the server may have seen it, and still shows it', async () => {
    const { turn, read, change, attempted, waiting } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await pulls(turn, SCOPE, aRow(household({ phone: '1', floor: 7 }), ['2-b', R1]));
    expect(await waiting()).toMatchObject([{ path: [mine, R1], body: { phone: '2', floor: 1 } }]);
    expect(await read()).toMatchObject({ rev: mine, body: { phone: '2' } });
  });

  it('confirms the work it shows', async () => {
    const { store, turn, read, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 1 }), [mine, R1]));
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await read()).toMatchObject({ rev: mine, waiting: false });
  });

  it('confirms the work it shows, which is kept as her own until it is known to outlive a checkpoint', async () => {
    const { turn, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 1 }), [mine, R1]));
    expect(await turn.listUnproven(SCOPE)).toEqual([{ id: ID, rev: mine }]);
    await pulls(turn, SCOPE, aRow(household({ phone: '9', floor: 1 }), ['3-c', mine, R1]));
    expect(await turn.readHeld(SCOPE, [{ id: ID, rev: mine }])).toMatchObject([{ body: { phone: '2' } }]);
  });

  it('leaves her own sent work where it is a tombstone, until the server is known to have known it', async () => {
    const { turn, read, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await turn.confirm(SCOPE, [{ id: ID, rev: mine }]);
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['2-z', R1]));
    expect(await read()).toBeUndefined();
    expect(await turn.readHeld(SCOPE, [{ id: ID, rev: mine }])).toMatchObject([{ body: { phone: '2' } }]);
    await turn.forgetConfirmed(SCOPE, [ID]);
    expect(await turn.readHeld(SCOPE, [{ id: ID, rev: mine }])).toEqual([]);
  });

  it('confirms the work it was built upon by somebody else, whose state is then seen', async () => {
    const { store, turn, read, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 7 }), ['3-c', mine, R1]));
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await read()).toMatchObject({ rev: '3-c', body: { floor: 7 } });
  });

  it('shows an earlier revision of it: the base moves there, the newer words wait', async () => {
    const { turn, read, change, attempted, waiting } = await aDevice();
    const sent = await change({ phone: '2', floor: 1 });
    await attempted(sent);
    const newer = await change({ phone: '3', floor: 1 });
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 1 }), [sent, R1]));
    expect(await waiting()).toMatchObject([{ path: [newer, sent, R1] }]);
    // Nothing above the base was ever attempted: the next change from outside is put under it.
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 7 }), ['3-c', sent, R1]));
    expect(await read()).toMatchObject({ waiting: true, body: { phone: '3', floor: 7 } });
    expect((await waiting())[0]!.path.slice(1)).toEqual(['3-c', sent, R1]);
  });

  it('built upon an earlier revision of it: the newer words are put onto that', async () => {
    const { turn, read, change, attempted, waiting } = await aDevice();
    const sent = await change({ phone: '2', floor: 1 });
    await attempted(sent);
    await change({ phone: '3', floor: 1 });
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 7 }), ['3-c', sent, R1]));
    expect(await read()).toMatchObject({ waiting: true, body: { phone: '3', floor: 7 } });
    expect((await waiting())[0]!.path.slice(1)).toEqual(['3-c', sent, R1]);
  });

  it('a tombstone from outside takes no unsent words away', async () => {
    const { store, turn, read, change, waiting } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['2-b', R1]));
    expect(await read()).toMatchObject({ rev: mine, body: { phone: '2' } });
    expect(await waiting()).toMatchObject([{ path: [mine, R1] }]);
    expect(await store.readLeaves(SCOPE, ID)).toMatchObject([{ rev: '2-b', deleted: true }]);
  });

  it('a tombstone that names her sent work as its parent ends both', async () => {
    const { store, turn, read, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['3-c', mine, R1]));
    expect(await read()).toBeUndefined();
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('a tombstone beside which her sent work was ended ends both, and a late word that it arrived changes nothing', async () => {
    const { store, turn, read, change, attempted } = await aDevice();
    const mine = await change({ phone: '2', floor: 1 });
    await attempted(mine);
    const ended = ['3-t', mine, R1];
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['4-d', '3-m', '2-b', R1], { ended }));
    expect(await turn.listUnproven(SCOPE)).toEqual([{ id: ID, rev: mine }]);
    await turn.confirm(SCOPE, [{ id: ID, rev: mine }]);
    expect(await read()).toBeUndefined();
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await store.readLeaves(SCOPE, ID)).toEqual([]);
  });

  it('a tombstone beside which her sent work was ended takes no newer words away', async () => {
    const { store, turn, read, change, attempted, waiting } = await aDevice();
    const sent = await change({ phone: '2', floor: 1 });
    await attempted(sent);
    const newer = await change({ phone: '3', floor: 1 });
    const ended = ['3-t', sent, R1];
    await pulls(turn, SCOPE, aRow(household({ _deleted: true }), ['4-d', '3-m', '2-b', R1], { ended }));
    expect(await read()).toMatchObject({ rev: newer, waiting: true, body: { phone: '3' } });
    expect(await waiting()).toMatchObject([{ path: [newer, sent, R1] }]);
    expect(await store.readLeaves(SCOPE, ID)).toMatchObject([{ rev: '4-d', deleted: true }]);
  });

  it('that took her sent work in and ended it: the newer words are put onto that', async () => {
    const { turn, read, change, attempted, waiting } = await aDevice();
    const sent = await change({ phone: '2', floor: 1 });
    await attempted(sent);
    await change({ phone: '3', floor: 1 });
    const ended = ['3-t', sent, R1];
    await pulls(turn, SCOPE, aRow(household({ phone: '2', floor: 7 }), ['3-m', '2-b', R1], { ended }));
    expect(await read()).toMatchObject({ waiting: true, body: { phone: '3', floor: 7 } });
    expect((await waiting())[0]!.path.slice(1)).toEqual(['3-m', '2-b', R1]);
  });

  it('of an id that two devices made, both stay: hers goes up as it is', async () => {
    const { store, turn } = await aDevice();
    await store.saveAction([{ scope: SCOPE, body: { _id: 'visit:1', type: 'visit', n: 1 } }]);
    const mine = (await store.readDocument(SCOPE, 'visit:1'))!.rev;
    await pulls(turn, SCOPE, aRow({ _id: 'visit:1', type: 'visit', n: 2 }, ['1-b']));
    expect(await turn.readWaiting(SCOPE, ['visit:1'], 1e6)).toMatchObject([{ path: [mine], body: { n: 1 } }]);
  });

  it('that moves between judging and storing is judged again', async () => {
    const { turn, read, change } = await aDevice();
    const prepared = await turn.preparePulled(
      SCOPE,
      [aRow(household({ phone: '1', floor: 7 }), ['2-b', R1])],
      true,
    );
    await change({ phone: '2', floor: 1 });
    await turn.storePulled(prepared, { since: 2 });
    expect(await read()).toMatchObject({ waiting: true, body: { phone: '2', floor: 7 } });
  });

  it('saved by another tab while a page is stored, keeps every word', async () => {
    const { again, turn, read } = await aDevice();
    const other = await again();
    const pulling = pulls(turn, SCOPE, aRow(household({ phone: '1', floor: 7 }), ['2-b', R1]));
    for (let n = 0; n < 5; n++) {
      let outcome;
      do {
        const now = await other.readDocument(SCOPE, ID);
        const body = { ...now!.body, phone: `typed ${String(n)}` };
        ({ outcome } = await other.saveAction([{ scope: SCOPE, body, basedOn: now?.rev }]));
      } while (outcome === 'moved');
    }
    await pulling;
    expect(await read()).toMatchObject({ waiting: true, body: { phone: 'typed 4', floor: 7 } });
  });
});

describe('losing leaves', () => {
  it('are kept with their words until the server no longer names them', async () => {
    const { store, turn, read } = await aDevice();
    const loser = { rev: '2-a', deleted: false, body: household({ phone: 'lost' }), path: ['2-a', R1] };
    await pulls(turn, SCOPE, aRow(household({ phone: 'won' }), ['2-b', R1], { conflicts: [loser] }));
    expect((await read())?.conflicts).toEqual(['2-a']);
    expect(await store.readLeaves(SCOPE, ID)).toEqual([loser]);
    await pulls(turn, SCOPE, aRow(household({ phone: 'merged' }), ['3-c', '2-b', R1]));
    expect((await read())?.conflicts).toEqual([]);
    expect(await store.readLeaves(SCOPE, ID)).toEqual([]);
  });
});
