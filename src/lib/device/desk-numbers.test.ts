// Who gets which block of numbers, where two ask at once, an answer is lost, or the server keeps both.
import { describe, expect, it } from 'vitest';
import type { Remote, RemoteAnswer, RevisionedDocument } from '#lib/protocol/remote.ts';
import type { AllDocs, BulkDocsRows } from '#lib/protocol/wire.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { claimBlock, readBlock } from './desk-numbers.ts';

const COMMUNITY = '999999001001';

/** A database with `_bulk_docs` and `_all_docs` by keys; `refusesSecond`: as the gateway does. */
class Database {
  readonly leaves = new Map<string, RevisionedDocument[]>();
  lose: 'answer' | 'request' | undefined;
  constructor(readonly refusesSecond: boolean) {}

  /** `before` is awaited between being asked and answering. */
  remote(before: () => Promise<void> = () => Promise.resolve()): Pick<Remote, 'allDocs' | 'bulkDocs'> {
    return {
      allDocs: async (query): Promise<RemoteAnswer<AllDocs>> => {
        await before();
        const rows = ('keys' in query ? query.keys : []).map((id) => this.#row(id));
        return { outcome: 'answered', value: { rows } };
      },
      bulkDocs: async (documents): Promise<RemoteAnswer<BulkDocsRows>> => {
        await before();
        if (this.lose === 'request') return { outcome: 'fault', kind: 'unreachable' };
        const refused = documents.filter((document) => !this.#take(document));
        if (this.lose === 'answer') return { outcome: 'fault', kind: 'unreachable' };
        return { outcome: 'answered', value: refused.map(({ _id }) => ({ id: _id, error: 'forbidden' })) };
      },
    };
  }

  #take(document: RevisionedDocument): boolean {
    const there = this.leaves.get(document._id) ?? [];
    if (there.some(({ _rev }) => _rev === document._rev)) return true;
    if (this.refusesSecond && there.length > 0) return false;
    this.leaves.set(document._id, [...there, document]);
    return true;
  }

  #row(id: string): AllDocs['rows'][number] {
    const [winner, ...others] = [...(this.leaves.get(id) ?? [])].sort((a, b) => (a._rev < b._rev ? 1 : -1));
    if (!winner) return { error: 'not_found' };
    const conflicts = others.length > 0 ? { _conflicts: others.map(({ _rev }) => _rev) } : {};
    return { id, value: { rev: winner._rev }, doc: { ...winner, ...conflicts } };
  }
}

async function aClerk(person: string) {
  const { store } = await aMemoryStore();
  const ids = { randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
  const author = { person, device: `tablet-of-${person}`, now: '2026-11-22T01:00:00.000Z' };
  return {
    store,
    claims: (remote: Pick<Remote, 'allDocs' | 'bulkDocs'>) =>
      claimBlock({ store, remote, community: COMMUNITY, author, ids, chance: Math.random }),
    block: () => readBlock(store, COMMUNITY),
  };
}

describe.each([
  ['refuses a second leaf', true],
  ['keeps a second leaf', false],
])('over a database that %s', (_name, refusesSecond) => {
  it('two that ask one after the other get two blocks, and keep them', async () => {
    const database = new Database(refusesSecond);
    const [zhao, sun] = [await aClerk('zhaoxue'), await aClerk('sunli')];
    expect([await zhao.claims(database.remote()), await sun.claims(database.remote())]).toEqual([1, 2]);
    expect([await zhao.block(), await sun.block()]).toEqual([1, 2]);
  });

  it('many that ask in the same moment never get the same one', async () => {
    const database = new Database(refusesSecond);
    const clerks = await Promise.all(Array.from({ length: 6 }, (_, n) => aClerk(`clerk${String(n)}`)));
    // All have looked before any of them has written, and all have written before any looks again.
    const steps = () => {
      let here = 0;
      const waiting: (() => void)[] = [];
      return () =>
        new Promise<void>((resolve) => {
          waiting.push(resolve);
          here += 1;
          if (here % clerks.length === 0) for (const go of waiting.splice(0)) go();
          setTimeout(() => resolve(), 30);
        });
    };
    const inStep = steps();
    const blocks = await Promise.all(clerks.map(({ claims }) => claims(database.remote(inStep))));
    expect(blocks).not.toContain(undefined);
    expect(new Set(blocks).size).toBe(clerks.length);
  });

  it('one whose answer was lost takes the block it was given, and not another', async () => {
    const database = new Database(refusesSecond);
    const zhao = await aClerk('zhaoxue');
    database.lose = 'answer';
    expect(await zhao.claims(database.remote())).toBeUndefined();
    expect(await zhao.block()).toBeUndefined();
    database.lose = undefined;
    expect(await zhao.claims(database.remote())).toBe(1);
    expect(database.leaves.size).toBe(1);
  });

  it('one whose request was lost asks again, and has none meanwhile', async () => {
    const database = new Database(refusesSecond);
    const zhao = await aClerk('zhaoxue');
    database.lose = 'request';
    expect(await zhao.claims(database.remote())).toBeUndefined();
    database.lose = undefined;
    expect(await zhao.claims(database.remote())).toBe(1);
  });
});
