// What the requests of syncing tell a tablet beside their answers: whether anybody answered, whether there was a network when
// nobody did, how far its clock is from the server's. Invariant: it changes no request and no answer.
import type { Clock } from '#lib/protocol/clock.ts';
import { ServerClock } from './server-clock.ts';

export interface HeardServerParts {
  fetch(url: string, init: RequestInit): Promise<Response>;
  clock: Clock;
  isOnline(): boolean;
  /** CouchDB has answered something for the first time. */
  answered(): void;
}

export class HeardServer {
  readonly #parts: HeardServerParts;
  readonly #serverClock = new ServerClock();
  #hadNetwork = true;
  #answered = false;

  constructor(parts: HeardServerParts) {
    this.#parts = parts;
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { fetch, clock, isOnline, answered } = this.#parts;
    try {
      const answer = await fetch(url, init);
      this.#serverClock.heard(answer, clock.nowMs());
      if (answer.ok && !this.#answered) {
        this.#answered = true;
        answered();
      }
      return answer;
    } catch (error) {
      this.#hadNetwork = isOnline();
      throw error;
    }
  }

  /** There was a network when last nobody answered. */
  get hadNetwork(): boolean {
    return this.#hadNetwork;
  }

  get hasAnswered(): boolean {
    return this.#answered;
  }

  /** This tablet's date is wrong, as far as is known. */
  get isClockFarOff(): boolean {
    return this.#serverClock.isFarOff;
  }
}
