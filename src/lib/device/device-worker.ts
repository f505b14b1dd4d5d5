// The one dedicated worker of a tab: sealing, store, roster and sync, off the thread that paints.
import { expose } from 'comlink';
import { DeviceCore } from './device-core.ts';
import { realClock } from './real-clock.ts';
import { withTabLock } from './tab-lock.ts';

expose(
  new DeviceCore({
    session: { fetch: (input, init) => fetch(input, init), database: new URL('/db', location.origin).href },
    ids: {
      nowMs: () => Date.now(),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
    clock: realClock,
    chance: () => Math.random(),
    exclusively: (name, work, steal = false) => withTabLock(navigator.locks, { name, steal }, work),
    isOnline: () => navigator.onLine,
    log: (event, scope) => console.warn(event, scope),
  }),
);
