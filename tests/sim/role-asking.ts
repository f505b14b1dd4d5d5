// A person's roles as the server says them, asked by a tablet before each round (GET /_session).
import type { Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { sessionSchema } from '#lib/protocol/wire.ts';

export const SESSION = '_session';
const TIMEOUT_MS = 30_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** In these histories a role is the name of a scope. Undefined: nobody answered, or nobody is signed in. */
export async function askRoles(fetch: Fetch, clock: Clock): Promise<ReadonlySet<Scope> | undefined> {
  const stop = new AbortController();
  const timer = clock.after(TIMEOUT_MS, () => stop.abort());
  try {
    const answer = await fetch(`https://server/${SESSION}`, { method: 'GET', signal: stop.signal });
    if (answer.status !== 200) return undefined;
    const { userCtx } = sessionSchema.parse(JSON.parse(await answer.text()));
    return userCtx.name === null ? undefined : new Set(userCtx.roles);
  } catch {
    return undefined;
  } finally {
    timer();
  }
}
