import { describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { aHousehold, aRoom, aTag } from '#tests/fixtures/field-documents.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Channel, StoreChange } from '#lib/storage/change-feed.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { FieldRoster } from './field-roster.ts';
import { RosterUpkeep } from './roster-upkeep.ts';

const SCOPE = 'grid-999999001001001';
const OTHER = 'grid-999999001001002';

/** A roster over a store, with the readings counted. */
function upkeepOver(store: DeviceStore) {
  const read = { types: [] as string[], ids: [] as string[] };
  const roster = new FieldRoster({
    listByType(scope, type) {
      read.types.push(type);
      return store.listByType(scope, type);
    },
    readDocuments(scope, ids) {
      read.ids.push(...ids);
      return store.readDocuments(scope, ids);
    },
  });
  return { read, roster, upkeep: new RosterUpkeep({ store, roster, changed: () => undefined }) };
}

/** A roster over a store that cannot be read while `broken`. */
async function aKeptRoster() {
  const { store } = await aMemoryStore();
  const state = { broken: false, failed: 0 };
  const orBroken = <T>(read: () => Promise<T>): Promise<T> => {
    if (!state.broken) return read();
    state.failed++;
    return Promise.reject(new StorageFault('closed', 'the browser closed it'));
  };
  const roster = new FieldRoster({
    listByType: (scope, type) => orBroken(() => store.listByType(scope, type)),
    readDocuments: (scope, ids) => orBroken(() => store.readDocuments(scope, ids)),
  });
  const upkeep = new RosterUpkeep({ store, roster, changed: () => undefined });
  const save = async (body: { _id: string; type: string }) => {
    const saved = await store.saveAction([{ scope: SCOPE, body: { ...body } }]);
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const { failed } = state;
    await expect.poll(() => (state.broken ? state.failed > failed : true)).toBe(true);
  };
  return { store, state, upkeep, save, model: roster.model };
}

it('a change that could not be read is read with the next one', async () => {
  const { state, upkeep, save, model } = await aKeptRoster();
  await upkeep.load();
  state.broken = true;
  const household = aHousehold({});
  await save(household);
  expect(model.households.size).toBe(0);
  state.broken = false;
  await save(aRoom({}));
  await expect.poll(() => [model.rooms.size, model.households.size]).toEqual([1, 1]);
});

it('a roster that could not be loaded is loaded by the next try, and kept up from then on', async () => {
  const { store, state, upkeep, save, model } = await aKeptRoster();
  const turn = await store.beginTurn();
  await turn.storePulled(await turn.preparePulled(SCOPE, [], true), { since: 1 });
  state.broken = true;
  await expect(upkeep.load()).rejects.toMatchObject({ kind: 'closed' });
  state.broken = false;
  await upkeep.load();
  await save(aRoom({}));
  await expect.poll(() => model.rooms.size).toBe(1);
});

describe('what is read', () => {
  const rowsOf = (count: number, generation = 1) =>
    Array.from({ length: count }, (_, n) => {
      const path = Array.from({ length: generation }, (_, at) => `${String(generation - at)}-a${String(n)}`);
      return aRow(
        { ...aHousehold({ _id: `household:${String(n)}`, room: `room:${String(generation)}` }) },
        path,
      );
    });

  it('is each document that changed, once for however many that stand beside it', async () => {
    const memory = await aMemoryStore();
    const before = await memory.store.beginTurn();
    await before.storePulled(await before.preparePulled(SCOPE, rowsOf(300), true), { since: 1 });
    // Opened again, it has nothing to tell.
    const store = await memory.again();
    const turn = await store.beginTurn();
    const { read, roster, upkeep } = upkeepOver(store);
    await upkeep.load();
    read.types.length = 0;
    const changed = rowsOf(120, 2);
    for (let from = 0; from < changed.length; from += 20)
      await pulls(turn, SCOPE, ...changed.slice(from, from + 20));
    await vi.waitFor(() => expect(roster.model.householdsIn.get('room:2')?.size).toBe(120), 30_000);
    expect(read.types).toEqual([]);
    expect(read.ids.toSorted()).toEqual(changed.map(({ id }) => id).toSorted());
    expect(roster.model.households.size).toBe(300);
  });

  it('is nothing at all of events, nor of a roster that is not loaded', async () => {
    const { store } = await aMemoryStore();
    const turn = await store.beginTurn();
    const { read, upkeep } = upkeepOver(store);
    await pulls(turn, SCOPE, ...rowsOf(30));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(read).toEqual({ types: [], ids: [] });
    await upkeep.load();
    read.types.length = 0;
    await pulls(turn, 'events-999999001001001-2026', aRow({ _id: 'visit:1', type: 'visit' }, ['1-a']));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(read).toEqual({ types: [], ids: [] });
  });

  it('is the whole type where nobody says which documents they were', async () => {
    const { store } = await aMemoryStore();
    const turn = await store.beginTurn();
    const { read, roster, upkeep } = upkeepOver(store);
    await upkeep.load();
    await pulls(turn, SCOPE, ...rowsOf(1_100));
    await vi.waitFor(() => expect(roster.model.households.size).toBe(1_100), 30_000);
    expect(read.types).toEqual(['household']);
    expect(read.ids).toEqual([]);
  });
});

describe('what is told', () => {
  const names = (rows: readonly string[]): StoreChange => ({
    tables: ['documents'],
    scopes: [SCOPE],
    types: ['household'],
    ids: new Map([[SCOPE, rows]]),
  });

  /** A store whose readings of named documents end when they are let; each telling is noted with what is in the model. */
  async function aSlowRoster() {
    let tell: (change: StoreChange) => void = () => undefined;
    const asked: { ids: readonly string[]; end: (error?: Error) => void }[] = [];
    const told: string[][] = [];
    const roster = new FieldRoster({
      listByType: () => Promise.resolve({ documents: [], tampered: [] }),
      readDocuments: (_scope, ids) =>
        new Promise((resolve, reject) => {
          const documents = ids.map((id) => ({ id, body: { ...aHousehold({ _id: id }) } }));
          const end = (error?: Error) => (error ? reject(error) : resolve({ documents, tampered: [] }));
          asked.push({ ids, end });
        }),
    });
    const store = {
      listHeldScopes: () => Promise.resolve([SCOPE]),
      onChange: (listener: typeof tell) => {
        tell = listener;
        return () => undefined;
      },
    };
    const changed = () => told.push([...roster.model.households.keys()]);
    const upkeep = new RosterUpkeep({ store, roster, changed });
    await upkeep.load();
    return { asked, told, upkeep, hear: (change: StoreChange) => tell(change) };
  }

  it('is a change heard during another reading once it was read itself, not before', async () => {
    const { asked, told, hear } = await aSlowRoster();
    hear(names(['household:a']));
    hear(names(['household:b']));
    hear(names(['household:c']));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(told).toEqual([]);
    asked[0]!.end();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]!.ids).toEqual(['household:b', 'household:c']);
    expect(told).toEqual([['household:a']]);
    asked[1]!.end();
    await vi.waitFor(() =>
      expect(told).toEqual([['household:a'], ['household:a', 'household:b', 'household:c']]),
    );
  });

  it('is at once what the roster has nothing to read of, even during a reading', async () => {
    const { asked, told, hear } = await aSlowRoster();
    hear(names(['household:a']));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    hear({ tables: ['meta'], scopes: [], types: [] });
    expect(told).toEqual([[]]);
    asked[0]!.end();
    await vi.waitFor(() => expect(told).toEqual([[], ['household:a']]));
  });

  it('is a change whose reading failed too, and what waited for a reading that a whole one went before', async () => {
    const { asked, told, hear, upkeep } = await aSlowRoster();
    hear(names(['household:a']));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    asked[0]!.end(new StorageFault('closed', 'the browser closed it'));
    await vi.waitFor(() => expect(told).toEqual([[]]));
    await upkeep.load();
    expect(told).toEqual([[], []]);
  });
});

type Step =
  | { does: 'pull'; scope: string; at: number; kind: 'household' | 'tag'; says: 'whole' | 'newer' | 'gone' }
  | { does: 'save'; tab: 0 | 1; at: number }
  | { does: 'bulk'; scope: string }
  | { does: 'drop'; scope: string }
  | { does: 'pause' };

const scopes = fc.constantFrom(SCOPE, OTHER);
const at = fc.nat({ max: 5 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        ...{ does: fc.constant('pull' as const), scope: scopes, at },
        kind: fc.constantFrom('household' as const, 'tag' as const),
        says: fc.constantFrom('whole' as const, 'whole' as const, 'newer' as const, 'gone' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constant('save' as const),
        tab: fc.constantFrom(0 as const, 1 as const),
        at,
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('bulk' as const), scope: scopes }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('drop' as const), scope: scopes }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('pause' as const) }) },
  ),
  { maxLength: 14 },
);

/** Two ends of a BroadcastChannel, whose messages are copied as a browser's are. */
function channels(): [Channel, Channel] {
  const end = (other: () => Channel): Channel => ({
    onmessage: null,
    postMessage: (data) =>
      other().onmessage?.(new MessageEvent<StoreChange>('message', { data: structuredClone(data) })),
    close: () => undefined,
  });
  const a: Channel = end(() => b);
  const b: Channel = end(() => a);
  return [a, b];
}

it('after any changes, in this tab or in another, the roster is what a whole reading makes of the store', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const [mine, hers] = channels();
      const memory = await aMemoryStore({ channel: mine });
      const tabs = [memory.store, await memory.again({ channel: hers })] as const;
      const turn = await memory.store.beginTurn();
      // A scope that holds nothing is not loaded by anybody; what comes to one for the first time is bundled.
      for (const scope of [SCOPE, OTHER])
        await turn.storePulled(await turn.preparePulled(scope, [aRow({ ...aRoom() }, ['1-a'])], true), {
          since: 1,
        });
      const kept = upkeepOver(memory.store);
      await kept.upkeep.load();
      for (const [n, step] of history.entries()) await take(step, n, { tabs, turn });
      const whole = upkeepOver(memory.store);
      await whole.roster.refresh([SCOPE, OTHER]);
      await vi.waitFor(() => {
        expect(modelOf(kept.roster)).toEqual(modelOf(whole.roster));
        expect(kept.roster.unreadable()).toEqual(whole.roster.unreadable());
      }, 30_000);
      for (const each of [kept, whole]) each.upkeep.close();
      for (const tab of tabs) tab.close();
    }),
    { numRuns: 60 },
  );
});

/** What is in no group is as good as in an empty one. */
function modelOf({ model }: FieldRoster) {
  const parts = Object.entries(model).map(([name, part]: [string, Map<string, unknown> | Set<string>]) => {
    if (part instanceof Set) return [name, [...part].sort()];
    const filled = [...part].filter(([, value]) => !(value instanceof Map) || value.size > 0);
    return [name, new Map(filled)];
  });
  return Object.fromEntries(parts) as object;
}

async function take(
  step: Step,
  n: number,
  {
    tabs,
    turn,
  }: { tabs: readonly [DeviceStore, DeviceStore]; turn: Awaited<ReturnType<DeviceStore['beginTurn']>> },
): Promise<void> {
  const path = Array.from({ length: n + 2 }, (_, up) => `${String(n + 2 - up)}-${'a'.repeat(32)}`);
  // Each grid has documents of its own.
  const idOf = (type: string, scope: string, at: number) => `${type}:${scope.slice(-1)}${String(at)}`;
  if (step.does === 'pull') {
    const _id = idOf(step.kind, step.scope, step.at);
    const whole =
      step.kind === 'tag'
        ? aTag({ _id, household: `household:${String(n % 3)}` })
        : aHousehold({ _id, room: `room:${String(n % 3)}` });
    const body = {
      whole: { ...whole },
      newer: { _id, type: step.kind, n },
      gone: { _id, type: step.kind, _deleted: true },
    }[step.says];
    await pulls(turn, step.scope, aRow(body, path));
  } else if (step.does === 'save') {
    const body = { ...aHousehold({ _id: idOf('household', SCOPE, step.at), room: `room:${String(n)}` }) };
    const stored = await tabs[step.tab].readDocument(SCOPE, body._id);
    await tabs[step.tab].saveAction([{ scope: SCOPE, body, ...(stored && { basedOn: stored.rev }) }]);
  } else if (step.does === 'bulk') {
    const rows = Array.from({ length: 5 }, (_, each) =>
      aRow({ ...aHousehold({ _id: `household:${step.scope.slice(-1)}b${String(n)}${String(each)}` }) }, [
        '1-a',
      ]),
    );
    await turn.storePulled(await turn.preparePulled(step.scope, rows, true), { since: 1 });
  } else if (step.does === 'drop') await turn.dropScope(step.scope);
  else await new Promise((resolve) => setTimeout(resolve, 20));
}
