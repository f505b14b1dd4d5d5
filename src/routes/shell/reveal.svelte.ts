// The one number that stands whole on the screen. Invariants: it is one at a time and for half a minute at most; after it was
// hidden, an answer that was still on its way is not shown; what is hidden is not kept.
import { m } from '#messages';
import type { NumberDesk, NumberPlace, ShownNumber } from '#lib/components/shown-number.ts';
import type { Device } from '#lib/device/device.ts';
import type { IsoInstant } from '#lib/domain/time.ts';
import type { AskedNumber, NumberRevealed } from '#lib/device/reveal-desk.ts';
import { instantNow } from './instant-now.ts';

const SHOWN_MS = 30_000;
const COUNT_EVERY_MS = 250;

/** Names the place of a number among all that may be asked for. */
const keyOf = ({ about, field, position = 0 }: NumberPlace) => `${about} ${field} ${String(position)}`;

const PROBLEMS: Record<Exclude<NumberRevealed['outcome'], 'shown' | 'whyNeeded'>, () => string> = {
  gone: m.reveal_gone,
  full: m.reveal_full,
  failed: m.reveal_failed,
  nowhere: m.reveal_nowhere,
};

export class Reveal {
  #shown = $state.raw<(ShownNumber & { key: string; since: IsoInstant }) | undefined>();
  /** A reason is asked for; given, what was tapped is asked again. */
  #wanted = $state.raw<((why: string) => void) | undefined>();
  #problem = $state.raw<{ about: string; text: string } | undefined>();
  #asking = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** When what stands there now was revealed; undefined while nothing is. */
  get since(): IsoInstant | undefined {
    return this.#shown?.since;
  }

  /** Takes the reason the office asks for; undefined while none is asked. */
  get wanted(): ((why: string) => void) | undefined {
    return this.#wanted;
  }

  /** As the rows of a card ask for them. */
  deskOf(device: Pick<Device, 'reveal'>): NumberDesk {
    return {
      shownOf: (place) => (this.#shown?.key === keyOf(place) ? this.#shown : undefined),
      problemOf: (about) => (this.#problem?.about === about ? this.#problem.text : undefined),
      show: (place) => void this.#show(device, place),
      dial: (place) => void this.#dial(device, place),
      hide: () => this.hide(),
    };
  }

  hide(): void {
    this.#asking++;
    clearInterval(this.#timer);
    this.#shown = undefined;
    this.#problem = undefined;
    this.#wanted = undefined;
  }

  async #show(device: Pick<Device, 'reveal'>, place: NumberPlace, why?: string): Promise<void> {
    const asked = { ...place, to: 'show' as const, ...(why === undefined ? {} : { why }) };
    const number = await this.#ask(device, asked);
    if (number === undefined) return;
    const key = keyOf(place);
    const begunMs = performance.now();
    const since = instantNow();
    const sinceMs = Date.parse(since);
    const count = () => {
      // Whichever clock says more: one of them may stand still while the tablet sleeps.
      const passedMs = Math.max(performance.now() - begunMs, Date.now() - sinceMs);
      const secondsLeft = Math.ceil((SHOWN_MS - passedMs) / 1000);
      if (secondsLeft <= 0) this.hide();
      else if (this.#shown?.secondsLeft !== secondsLeft) this.#shown = { key, number, since, secondsLeft };
    };
    count();
    this.#timer = setInterval(count, COUNT_EVERY_MS);
  }

  async #dial(device: Pick<Device, 'reveal'>, place: NumberPlace): Promise<void> {
    const number = await this.#ask(device, { ...place, to: 'dial' });
    if (number !== undefined) location.href = `tel:${number}`;
  }

  async #ask(device: Pick<Device, 'reveal'>, asked: AskedNumber): Promise<string | undefined> {
    this.hide();
    const asking = this.#asking;
    const answer = await device.reveal(asked).catch((): NumberRevealed => ({ outcome: 'failed' }));
    if (asking !== this.#asking) return undefined;
    if (answer.outcome === 'shown') return answer.number;
    if (answer.outcome === 'whyNeeded') {
      this.#wanted = (why) => void this.#show(device, asked, why);
      return undefined;
    }
    this.#problem = { about: asked.about, text: PROBLEMS[answer.outcome]() };
    return undefined;
  }
}
