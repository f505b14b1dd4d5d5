// A call of `/_session` (CouchDB, "Cookie Authentication"), and the goodbye, of which the status says enough: `DELETE`.
// Invariant: no schema is needed here, since a closed door has none.

export interface SessionPort {
  fetch: typeof fetch;
  /** `/db`, or an absolute address ending in it. */
  database: string;
}

const TIMEOUT_MS = 20_000;

/** `body` is undefined where it is no JSON. The answer is undefined where there was none within 20 s. */
export async function askSession(
  port: SessionPort,
  init: RequestInit,
): Promise<{ status: number; body: unknown; retryAfter: string | null } | undefined> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), TIMEOUT_MS);
  let answer: Response;
  let text: string;
  try {
    answer = await port.fetch(`${port.database}/_session`, {
      ...init,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'manual',
      signal: giveUp.signal,
    });
    text = await answer.text();
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return {
    status: answer.type === 'opaqueredirect' ? 302 : answer.status,
    body,
    retryAfter: answer.headers.get('retry-after'),
  };
}

/** Ends the server's session where it can be reached; true when it said so. */
export async function signOutAtServer(port: SessionPort): Promise<boolean> {
  const answer = await askSession(port, { method: 'DELETE' });
  return answer?.status === 200;
}
