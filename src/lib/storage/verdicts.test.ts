import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';

const SCOPE = 'events-1-2026';
const ID = 'visit:1';
const visit = (n: number) => ({ _id: ID, type: 'visit', household: 'household:A', n });

async function aDevice() {
  const { store } = await aMemoryStore();
  const turn = await store.beginTurn();
  const read = () => store.readDocument(SCOPE, ID);
  const save = async (n: number) => {
    const saved = await store.saveAction([{ scope: SCOPE, body: visit(n), basedOn: (await read())?.rev }]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    return saved.revs[0]!;
  };
  const waiting = () => turn.readWaiting(SCOPE, [ID], 1e6);
  const mark = (rev: string) => turn.markAttempted(SCOPE, [{ id: ID, rev }]);
  return { store, turn, read, save, waiting, mark };
}

describe('a confirmed revision', () => {
  it('of many new documents is sealed with the others, and leaves them when it is changed', async () => {
    const { store, turn } = await aDevice();
    const bodies = Array.from({ length: 12 }, (_, n) => ({ ...visit(n), _id: `visit:${n}` }));
    const saved = await store.saveAction(bodies.map((body) => ({ scope: SCOPE, body })));
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const sent = saved.revs.map((rev, n) => ({ id: `visit:${n}`, rev }));
    await turn.markAttempted(SCOPE, sent);
    await turn.confirm(SCOPE, sent);
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    const bodiesHeld = async () =>
      (await store.listByType(SCOPE, 'visit')).documents.map(({ body }) => body.n).sort((a, b) => +a! - +b!);
    expect(await bodiesHeld()).toEqual(bodies.map(({ n }) => n));
    expect((await store.listByReference('household:A')).documents).toHaveLength(12);
    expect(await turn.listUnproven(SCOPE)).toHaveLength(12);
    const changed = { scope: SCOPE, body: { ...bodies[3]!, n: 33 }, basedOn: sent[3]!.rev };
    const again = await store.saveAction([changed]);
    if (again.outcome !== 'saved') throw new Error(again.outcome);
    await turn.markAttempted(SCOPE, [{ id: 'visit:3', rev: again.revs[0]! }]);
    await turn.confirm(SCOPE, [{ id: 'visit:3', rev: again.revs[0]! }]);
    expect(await store.readDocument(SCOPE, 'visit:3')).toMatchObject({ waiting: false, body: { n: 33 } });
    expect(await store.countDocuments(SCOPE)).toBe(12);
  });

  it('ends the wait and stays readable as the server’s', async () => {
    const { store, turn, read, save, mark } = await aDevice();
    const rev = await save(1);
    await mark(rev);
    await turn.confirm(SCOPE, [{ id: ID, rev }]);
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await read()).toEqual({
      scope: SCOPE,
      id: ID,
      rev,
      body: visit(1),
      waiting: false,
      conflicts: [],
    });
    expect((await store.listByReference('household:A')).documents).toHaveLength(1);
    expect(await store.countDocuments(SCOPE)).toBe(1);
  });

  it('leaves waiting what was typed since, on the moved base', async () => {
    const { turn, read, save, waiting, mark } = await aDevice();
    const sent = await save(1);
    await mark(sent);
    const newer = await save(2);
    await turn.confirm(SCOPE, [{ id: ID, rev: sent }]);
    expect(await read()).toMatchObject({ rev: newer, waiting: true, body: visit(2) });
    expect(await waiting()).toMatchObject([{ path: [newer, sent], body: visit(2), tries: 0 }]);
    await mark(newer);
    await turn.confirm(SCOPE, [{ id: ID, rev: newer }]);
    expect(await read()).toMatchObject({ rev: newer, waiting: false, body: visit(2) });
  });

  it('confirmed twice, or of nobody’s making, changes nothing', async () => {
    const { store, turn, read, save, mark } = await aDevice();
    const rev = await save(1);
    await turn.confirm(SCOPE, [
      { id: ID, rev: '1-other' },
      { id: 'visit:none', rev: '1-x' },
    ]);
    expect((await store.countWaiting()).waiting).toBe(1);
    await mark(rev);
    await turn.confirm(SCOPE, [{ id: ID, rev }]);
    await turn.confirm(SCOPE, [{ id: ID, rev }]);
    expect(await read()).toMatchObject({ rev, waiting: false });
  });

  it('beside another branch that was pulled meanwhile: the server’s winner is shown, the other kept as a leaf', async () => {
    const { store, turn, read, save, mark } = await aDevice();
    const rev = await save(1);
    await mark(rev);
    const winner = aRow({ _id: ID, type: 'visit', household: 'household:A', n: 9 }, ['3-z', '2-y', '1-x']);
    await pulls(turn, SCOPE, winner);
    await turn.confirm(SCOPE, [{ id: ID, rev }]);
    expect(await read()).toMatchObject({ rev: '3-z', body: { n: 9 }, waiting: false });
    expect(await store.readLeaves(SCOPE, ID)).toMatchObject([{ rev, body: visit(1) }]);
  });

  it('of a deletion takes the copy away', async () => {
    const { store, turn, read, save, mark } = await aDevice();
    const rev = await save(1);
    await mark(rev);
    await turn.confirm(SCOPE, [{ id: ID, rev }]);
    const gone = await store.saveAction([
      { scope: SCOPE, body: { _id: ID, _deleted: true, type: 'visit' }, basedOn: rev },
    ]);
    expect(await read()).toBeUndefined();
    if (gone.outcome !== 'saved') throw new Error(gone.outcome);
    await mark(gone.revs[0]!);
    await turn.confirm(SCOPE, [{ id: ID, rev: gone.revs[0]! }]);
    expect(await store.countDocuments(SCOPE)).toBe(0);
    expect((await store.countWaiting()).waiting).toBe(0);
  });
});

describe('a refused revision', () => {
  const because = { error: 'forbidden', reason: 'a visit needs an author' };

  it('is kept with the words of both sides, and no longer waits', async () => {
    const { store, turn, save } = await aDevice();
    const rev = await save(1);
    await turn.reject(SCOPE, [{ id: ID, rev, ...because }]);
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
    expect(await store.listRejections()).toMatchObject([
      { scope: SCOPE, id: ID, rev, body: visit(1), ...because },
    ]);
  });

  it('that she has changed meanwhile goes on waiting with its new words', async () => {
    const { store, turn, save } = await aDevice();
    const refused = await save(1);
    await save(2);
    await turn.reject(SCOPE, [{ id: ID, rev: refused, ...because }]);
    expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
  });

  it('can be tried again as it was, once nothing newer is unsent', async () => {
    const { store, turn, save, waiting } = await aDevice();
    const rev = await save(1);
    await turn.reject(SCOPE, [{ id: ID, rev, ...because }]);
    expect(await store.retryRejection({ scope: SCOPE, id: ID, rev })).toBe('waiting');
    expect(await waiting()).toMatchObject([{ path: [rev], body: visit(1) }]);
    expect(await store.retryRejection({ scope: SCOPE, id: ID, rev })).toBe('gone');
    await turn.reject(SCOPE, [{ id: ID, rev, ...because }]);
    await save(2);
    expect(await store.retryRejection({ scope: SCOPE, id: ID, rev })).toBe('edited');
    expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 1 });
  });

  it('goes when a person drops it, and by nothing else', async () => {
    const { store, turn, save } = await aDevice();
    const rev = await save(1);
    await turn.reject(SCOPE, [{ id: ID, rev, ...because }]);
    await pulls(turn, SCOPE, aRow({ ...visit(5) }, ['1-b']));
    await store.dropScope(SCOPE);
    expect((await store.countWaiting()).refused).toBe(1);
    await store.dropRejection({ scope: SCOPE, id: ID, rev });
    expect((await store.countWaiting()).refused).toBe(0);
  });
});
