// The cookie belongs to the browser, not to a person: whoever signed in last owns it. The server is asked whom it takes
// us for, and with which roles: when a run begins, every hour, in each round that sends something, and after it refused
// something. If for somebody else, or nobody, every request answers 401 as the server's own would, and syncing waits until
// she has signed in. A round that only looks for news asks nothing more: what it could bring is hers to read, or refused.
import type { Clock } from '#lib/protocol/clock.ts';
import type { SessionPort } from './ask-session.ts';
import { serverTimeMs } from './server-clock.ts';
import { currentSession } from './server-session.ts';

export interface GuardedFetch {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** A round of syncing begins. */
  newRound(): void;
  /** She has signed in anew. */
  signedIn(): void;
  /** Asks where that is due. Answers her roles as the server last said them in this run; undefined: it has not yet. */
  roles(): Promise<readonly string[] | undefined>;
}

interface Confirmed {
  isHers: boolean;
  atMs: number;
}

const ASK_AGAIN_MS = 3_600_000;

const refusal = () =>
  new Response(JSON.stringify({ error: 'unauthorized', reason: 'another person is signed in' }), {
    status: 401,
    headers: { 'content-type': 'application/json' },
  });

/** What changes something on the server but this device's own mark there. */
const sends = (url: string, { method = 'GET' }: RequestInit) =>
  method !== 'GET' && /\/(_bulk_docs|(?!_local\/)[^_/][^/]*\/[^_/][^/]*)$/.test(new URL(url).pathname);

export interface GuardParts extends Pick<Clock, 'nowMs'> {
  /** The server has answered her as staff, at this time of its own. */
  contact?(serverMs: number): void;
  /** Takes the key another tab of hers has signed in with since; true where it did. */
  anotherKey?(): Promise<boolean>;
}

export function guardedFetch(port: SessionPort, user: string, parts: GuardParts): GuardedFetch {
  const { nowMs, contact, anotherKey } = parts;
  let asking: Promise<Confirmed | undefined> | undefined;
  let roles: readonly string[] | undefined;
  let sent = false;
  /** In this round nobody answered. */
  let inVain = false;
  /** Where the server cannot be asked the requests themselves will find out, and the next round asks again. */
  const ask = async (): Promise<Confirmed | undefined> => {
    let session = await currentSession(port);
    if (session.outcome === 'answered' && session.user !== user && (await anotherKey?.()))
      session = await currentSession(port);
    inVain = session.outcome !== 'answered';
    if (session.outcome !== 'answered') return void (asking = undefined);
    if (session.user === user) roles = session.roles;
    return { isHers: session.user === user, atMs: nowMs() };
  };
  const confirmed = async () => {
    const known = await (asking ??= ask());
    const isOld = known && (!known.isHers || Math.abs(nowMs() - known.atMs) >= ASK_AGAIN_MS);
    return isOld ? (asking = ask()) : known;
  };
  return {
    async fetch(url, init) {
      if (!sent && !inVain && sends(url, init)) {
        sent = true;
        asking = ask();
      }
      const known = asking ?? (inVain ? undefined : (asking = ask()));
      if ((await known)?.isHers === false) return refusal();
      let answer = await port.fetch(url, init);
      if (answer.status === 401 && (await anotherKey?.())) answer = await port.fetch(url, init);
      if (answer.status === 401 || answer.status === 403) asking = undefined;
      const serverMs = answer.ok && roles?.includes('staff') ? serverTimeMs(answer) : undefined;
      if (serverMs !== undefined) contact?.(serverMs);
      return answer;
    },
    newRound() {
      sent = false;
      inVain = false;
    },
    signedIn() {
      asking = undefined;
    },
    async roles() {
      await confirmed();
      return roles;
    },
  };
}
