// Signing in at the server, and asking whom it takes us for: `POST` and `GET /_session` (CouchDB, "Cookie Authentication").
// Invariant: a password is sent to this origin's /db/_session and nowhere else, and never kept.
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import { sessionSchema, signedInSchema } from '#lib/protocol/wire.ts';
import { askSession, type SessionPort } from './ask-session.ts';

export type ServerSignIn =
  | { outcome: 'accepted'; user: string; roles: string[] }
  | { outcome: 'wrongPassword'; waitSeconds?: number }
  /** No network, or nobody listens. */
  | { outcome: 'unreachable' }
  /** Somebody answered who is no CouchDB: the page of a captive portal, a proxy. */
  | { outcome: 'portal' }
  | { outcome: 'serverDown' };

const LOOK_MS = 8_000;

function faultOf(status: number, body: unknown): ServerSignIn {
  if (status >= 500 || status === 429) return { outcome: 'serverDown' };
  return { outcome: body === undefined ? 'portal' : 'serverDown' };
}

/**
 * Signs in; the cookie is the server's own, HttpOnly, and out of reach of scripts. With `key` the session is bound to it
 * (bound-session.ts).
 */
export async function signInAtServer(
  port: SessionPort,
  { user, password, key }: { user: string; password: string; key?: string },
): Promise<ServerSignIn> {
  const answer = await askSession(port, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(key !== undefined && { [SESSION_KEY_HEADER]: key }),
    },
    body: JSON.stringify({ name: user, password }),
  });
  if (!answer) return { outcome: 'unreachable' };
  const accepted = signedInSchema.safeParse(answer.body);
  if (answer.status === 200 && accepted.success) {
    return { outcome: 'accepted', user: accepted.data.name ?? user, roles: accepted.data.roles };
  }
  if ((answer.status === 401 || answer.status === 403) && answer.body !== undefined) {
    const waitSeconds = Number(answer.retryAfter);
    return { outcome: 'wrongPassword', ...(waitSeconds > 0 ? { waitSeconds } : {}) };
  }
  return faultOf(answer.status, answer.body);
}

/** Who the server takes us for now; `user` is null where the cookie is gone or ran out. */
export async function currentSession(
  port: SessionPort,
): Promise<{ outcome: 'answered'; user: string | null; roles: string[] } | ServerSignIn> {
  const answer = await askSession(port, { method: 'GET', headers: { accept: 'application/json' } });
  if (!answer) return { outcome: 'unreachable' };
  const session = sessionSchema.safeParse(answer.body);
  if (answer.status === 200 && session.success) {
    return { outcome: 'answered', user: session.data.userCtx.name, roles: session.data.userCtx.roles };
  }
  return faultOf(answer.status, answer.body);
}

/** Whether anybody answers at all: `GET /_up`, which needs no session. */
export async function serverAnswers(port: SessionPort): Promise<boolean> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), LOOK_MS);
  try {
    await port.fetch(`${port.database}/_up`, {
      cache: 'no-store',
      redirect: 'manual',
      signal: giveUp.signal,
    });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
