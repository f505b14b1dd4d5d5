// When the date in Beijing turns: what the page was answered says whom to visit on the day that is over. Invariant: whoever
// looks does not see the day before, whether the tablet was awake at midnight, slept through it, or had its clock set.
import type { Clock } from '#lib/protocol/clock.ts';
import { addDays, beijingDate, beijingInstant } from '#lib/domain/time.ts';

export interface DayTurn {
  /** Somebody looks, perhaps after a sleep in which no timer ran. */
  looked(): void;
}

/** Tells once of each new date: at midnight, or when somebody looks afterwards. */
export function dayTurn(clock: Clock, turned: () => void): DayTurn {
  const today = () => beijingDate(new Date(clock.nowMs()).toISOString());
  let told = today();
  let cancel = () => {};
  const look = () => {
    const day = today();
    cancel();
    const midnight = Date.parse(beijingInstant(addDays(day, 1), '00:00'));
    cancel = clock.after(midnight - clock.nowMs(), look);
    if (day === told) return;
    told = day;
    turned();
  };
  look();
  return { looked: look };
}
