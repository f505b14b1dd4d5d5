// The cookie belongs to the browser, not to a person: whoever signed in last owns it. Before anything of one person goes
// up or comes down, the server is asked once whom it takes us for; if for somebody else, or nobody, every request answers
// 401 as the server's own would, and syncing waits until she has signed in.
import { currentSession, type SessionPort } from './server-session.ts';

export interface GuardedFetch {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** She has just signed in. */
  signedIn(): void;
}

const refusal = () =>
  new Response(JSON.stringify({ error: 'unauthorized', reason: 'another person is signed in' }), {
    status: 401,
    headers: { 'content-type': 'application/json' },
  });

/** `signedIn`: the server accepted her password a moment ago. */
export function guardedFetch(port: SessionPort, user: string, signedIn: boolean): GuardedFetch {
  let isHers: Promise<boolean> | undefined = signedIn ? Promise.resolve(true) : undefined;
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
    signedIn() {
      isHers = Promise.resolve(true);
    },
  };
}
