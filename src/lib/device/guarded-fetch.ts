// The cookie belongs to the browser, not to a person: whoever signed in last owns it. Before anything of one person goes
// up or comes down, the server is asked, once in each round, whom it takes us for; if for somebody else, or nobody, every
// request answers 401 as the server's own would, and syncing waits until she has signed in.
import { currentSession, type SessionPort } from './server-session.ts';

export interface GuardedFetch {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** A round of syncing begins: somebody else may have signed in since the last. */
  newRound(): void;
}

const refusal = () =>
  new Response(JSON.stringify({ error: 'unauthorized', reason: 'another person is signed in' }), {
    status: 401,
    headers: { 'content-type': 'application/json' },
  });

export function guardedFetch(port: SessionPort, user: string): GuardedFetch {
  let isHers: Promise<boolean> | undefined;
  /** Where the server cannot be asked the request itself will find out, and the next one asks again. */
  const ask = async () => {
    const session = await currentSession(port);
    if (session.outcome !== 'answered') isHers = undefined;
    return session.outcome !== 'answered' || session.user === user;
  };
  return {
    async fetch(url, init) {
      isHers ??= ask();
      return (await isHers) ? port.fetch(url, init) : refusal();
    },
    newRound() {
      isHers = undefined;
    },
  };
}
