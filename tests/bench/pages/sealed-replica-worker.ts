// Our own replica as the product runs it: the real store, sealed, and the real round of the sync, over HTTP.
import { realClock as clock } from '../../../src/lib/device/real-clock.ts';
import { opaqueReferenceOf } from '../../../src/lib/domain/opaque-reference.ts';
import { forUse, newDataKey } from '../../../src/lib/storage/keys.ts';
import { openStore } from '../../../src/lib/storage/open-store.ts';
import { aesGcmCipher } from '../../../src/lib/storage/sealing.ts';
import { httpRemote } from '../../../src/lib/sync/http-remote.ts';
import { syncRound } from '../../../src/lib/sync/sync-round.ts';
import { newSyncSession } from '../../../src/lib/sync/sync-session.ts';
import { contestant } from './contest.ts';

const SCOPE = 'grid-999999001001001';

contestant(async ({ url }) => {
  const cipher = aesGcmCipher(await forUse(crypto, await newDataKey(crypto)));
  const started = performance.now();
  const store = await openStore({
    name: 'sealed-replica',
    cipher,
    referenceOf: opaqueReferenceOf,
    nowMs: clock.nowMs,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  const report = await syncRound(
    {
      store: await store.beginTurn(),
      remoteOf: () => httpRemote({ url, fetch: (to, init) => fetch(to, init), clock }),
      session: newSyncSession(),
      clock,
      newNonce: () => crypto.randomUUID(),
    },
    [SCOPE],
  );
  const ms = performance.now() - started;
  if (!report.complete) return { failed: JSON.stringify(report) };
  const { documents } = await store.listByType(SCOPE, 'visit');
  const [visit] = documents;
  if (visit?.body.type !== 'visit') return { failed: 'no visit can be read from the replica' };
  return { ms, held: await store.countDocuments(SCOPE) };
});
