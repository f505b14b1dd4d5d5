// Fetching one photo to look at it. Invariants: nothing of it stays in the browser's HTTP cache; what is answered has the
// digest that was asked for, or it is not answered.
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { Clock } from '#lib/protocol/clock.ts';

export interface PhotoFetching {
  /** The database: `https://host/db/photos-110101001001001`. */
  url: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  clock: Clock;
  timeoutMs?: number;
}

export interface AskedPhoto {
  id: string;
  /** Of the attachment. */
  name: string;
  digest: string;
}

export type PhotoFetched =
  | { outcome: 'fetched'; bytes: Uint8Array<ArrayBuffer> }
  /** Nobody answered, or not to the end. */
  | { outcome: 'unreachable' }
  /** The server does not have it (yet), or not for her. */
  | { outcome: 'notThere' }
  /** Something else came than what was named. */
  | { outcome: 'wrong' };

const TIMEOUT_MS = 60_000;

export async function fetchPhoto(
  { url, fetch, clock, timeoutMs = TIMEOUT_MS }: PhotoFetching,
  { id, name, digest }: AskedPhoto,
): Promise<PhotoFetched> {
  const stop = new AbortController();
  const timer = clock.after(timeoutMs, () => stop.abort());
  try {
    const answer = await fetch(`${url}/${encodeURIComponent(id)}/${encodeURIComponent(name)}`, {
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'manual',
      signal: stop.signal,
    });
    if (answer.status === 404 || answer.status === 403) return { outcome: 'notThere' };
    if (!answer.ok) return { outcome: 'unreachable' };
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return attachmentDigest(bytes) === digest ? { outcome: 'fetched', bytes } : { outcome: 'wrong' };
  } catch {
    return { outcome: 'unreachable' };
  } finally {
    timer();
  }
}
