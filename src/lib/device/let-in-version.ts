// Getting a waiting version of the app shell in once somebody asked for it. A browser lets it in when the old version's
// worker is idle, hears of the wish only while that worker runs, and forgets it over whatever comes between (Chromium): so
// it is asked again until it is in. Invariant: asked no more from the moment on in which a form is open.
import { sleep, type Clock } from '#lib/protocol/clock.ts';

const ASK_EVERY_MS = 1_000;
/** From here on this page itself may be what keeps the old one busy. */
const RELOAD_AFTER = 5;
/** A minute. */
const ASKED_AT_MOST = 60;

export interface LettingIn {
  /** Tells the version that waits to take over, if one waits. */
  ask(): void;
  /** A form is open, here or in another tab. */
  isHindered(): Promise<boolean>;
  /** Begins this page anew; it goes on asking there. Absent where this is that page already. */
  reload?(): void;
  clock: Clock;
}

/** Ends with the page when the new version is in; answers where it did not come in. */
export async function letInVersion({
  ask,
  isHindered,
  reload,
  clock,
}: LettingIn): Promise<'hindered' | 'reloading' | 'notIn'> {
  for (let asked = 0; asked < ASKED_AT_MOST; asked++) {
    if (await isHindered()) return 'hindered';
    if (reload && asked === RELOAD_AFTER) {
      reload();
      return 'reloading';
    }
    ask();
    await sleep(clock, ASK_EVERY_MS);
  }
  return 'notIn';
}
