// Answers given by one tap, as a question's appearance names them: `day+1` is tomorrow, `hour+2` two hours from now,
// rounded to the next quarter so that people can say it. Invariant: what is offered never lies further from now than
// its token says, so that a limit of 24 hours is kept by `hour+24`.
import { addDays, beijingDate, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

const amountsOf = (tokens: Iterable<string>, unit: 'day' | 'hour') =>
  [...tokens].flatMap((token) => {
    const amount = new RegExp(`^${unit}([+-]\\d+)$`).exec(token)?.[1];
    return amount === undefined ? [] : [Number(amount)];
  });

export function quickDays(tokens: Iterable<string>, now: IsoInstant): { value: IsoDate; days: number }[] {
  return amountsOf(tokens, 'day').map((days) => ({ value: addDays(beijingDate(now), days), days }));
}

export function quickTimes(
  tokens: Iterable<string>,
  now: IsoInstant,
): { value: IsoInstant; hours: number }[] {
  return amountsOf(tokens, 'hour').map((hours) => {
    const exact = Date.parse(now) + hours * HOUR_MS;
    const spoken = hours === 0 ? exact : Math.floor(exact / QUARTER_MS) * QUARTER_MS;
    return { value: new Date(spoken).toISOString(), hours };
  });
}
