// Waiting for news of one scope while somebody looks at it (sync.md 7): a long poll that goes on until it is stopped.
// Invariants: it stores nothing, it only says that there is something to pull; it asks again no sooner than a second after
// it asked last, later and later while the line is bad, and not at all where the server will not have us.
import { sleep, type Chance, type Clock } from '#lib/protocol/clock.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { Sequence } from '#lib/protocol/wire.ts';
import { backOffMs, POLL_GAP_MS, POLL_MS } from './sync-pace.ts';

export interface LongPollPorts {
  remote: Remote;
  clock: Clock;
  chance: Chance;
  /** Told once; then the poll is over. */
  onNews(): void;
}

export interface LongPoll {
  /** Ends the request under way. */
  stop(): void;
}

export function startLongPoll(ports: LongPollPorts, since: Sequence): LongPoll {
  const stopped = new AbortController();
  void poll(ports, since, stopped.signal);
  return { stop: () => stopped.abort() };
}

async function poll({ remote, clock, chance, onNews }: LongPollPorts, from: Sequence, signal: AbortSignal) {
  let since = from;
  let failures = 0;
  while (!signal.aborted) {
    const askedAtMs = clock.nowMs();
    const answer = await remote.changes({ since, limit: 1, waitMs: POLL_MS, signal });
    if (signal.aborted) return;
    if (answer.outcome === 'answered') {
      failures = 0;
      if (answer.value.results.length > 0) return onNews();
      since = answer.value.last_seq;
    } else if (['unreachable', 'busy', 'not-couchdb'].includes(answer.kind)) failures++;
    else return;
    const gapMs = POLL_GAP_MS - Math.abs(clock.nowMs() - askedAtMs);
    const retryAfterMs = answer.outcome === 'fault' ? (answer.retryAfterMs ?? 0) : 0;
    const backOff = failures > 0 ? retryAfterMs + backOffMs(failures, chance) : 0;
    await sleep(clock, Math.max(0, gapMs, backOff));
  }
}
