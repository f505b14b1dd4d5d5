import { describe, expect, it } from 'vitest';
import { faultyRemote, type Mishap } from '#tests/fixtures/faulty-remote.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { mayHold } from '#lib/domain/scopes.ts';
import { syncRound, type RoundProgress } from './sync-round.ts';
import { newSyncSession } from './sync-session.ts';

const GRID = 'grid-999999001001001';
const AUDIT = 'audit-999999001001';
const roles = ['staff', 'grid:999999001001001'];
const shut: Mishap = { outcome: 'fault', kind: 'forbidden', status: 403 };

/** A tablet that writes to an audit; `mishap` meets its requests there. */
async function aTablet(mishap: () => Mishap | undefined = () => undefined) {
  const { store } = await aMemoryStore();
  const servers = { grid: aPouchServer(), audit: aPouchServer() };
  const grid = faultyRemote(pouchRemote(servers.grid));
  let audit = faultyRemote(pouchRemote(servers.audit), mishap);
  const clock = aToldClock();
  let session = newSyncSession();
  const progress: RoundProgress[] = [];
  let nonces = 0;
  const round = async (how: { lookAgain?: boolean } = {}) =>
    syncRound(
      {
        store: await store.beginTurn(),
        remoteOf: (scope: Scope) => (scope === AUDIT ? audit : grid),
        mayHold: (scope) => mayHold(roles, scope),
        newNonce: () => `nonce-${String(++nonces)}`,
        onProgress: (told) => progress.push(told),
        ...{ session, clock, ...how },
      },
      [GRID],
    );
  const reveal = (name: string) =>
    store.saveNumbered((number) => ({ scope: AUDIT, body: { _id: `audit:${name}`, type: 'audit', number } }));
  const there = async () => (await servers.audit.allDocs()).rows.map(({ id }) => id);
  return {
    ...{ store, progress, round, reveal, there, asked: audit.asked },
    /** A new run, with a server that was set back to before there was anything. */
    restartWithEmptyServer() {
      session = newSyncSession();
      servers.audit = aPouchServer();
      audit = faultyRemote(pouchRemote(servers.audit));
    },
  };
}

describe('a scope that is only written', () => {
  it('gets what waits there, and is never read', async () => {
    const { asked, round, reveal, there, progress } = await aTablet();
    await reveal('a');
    await reveal('b');
    expect(await round()).toMatchObject({ complete: true, dropped: [] });
    expect(await there()).toEqual(['audit:a', 'audit:b']);
    expect(await round()).toMatchObject({ complete: true, dropped: [] });
    expect([...new Set(asked.map(({ method }) => method))]).toEqual(['bulkDocs', 'revsDiff']);
    expect(progress.filter(({ activity }) => activity === 'uploading')).toEqual([]);
  });

  it('costs no request where nothing was written, nor in the same hour again', async () => {
    const { asked, round, reveal } = await aTablet();
    await round();
    expect(asked).toEqual([]);
    await reveal('a');
    await round();
    asked.length = 0;
    await round();
    await round();
    expect(asked).toEqual([]);
  });

  it('that is closed ends no role and no round, and keeps what was written until it opens', async () => {
    let met: Mishap | undefined = shut;
    const { store, round, reveal, there } = await aTablet(() => met);
    await reveal('a');
    await store.saveAction([{ scope: GRID, body: { _id: 'household:1', type: 'household' } }]);
    const report = await round();
    expect(report).toMatchObject({ complete: true, dropped: [], sent: 1 });
    expect(report.fault).toBeUndefined();
    expect(await there()).toEqual([]);
    met = undefined;
    await round();
    expect(await there()).toEqual(['audit:a']);
  });

  it('gets back what a restored server has lost', async () => {
    const { round, reveal, there, restartWithEmptyServer } = await aTablet();
    for (const name of ['a', 'b', 'c']) await reveal(name);
    await round();
    restartWithEmptyServer();
    expect(await there()).toEqual([]);
    expect(await round()).toMatchObject({ complete: true });
    expect(await there()).toEqual(['audit:a', 'audit:b', 'audit:c']);
  });
});
