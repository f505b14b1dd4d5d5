// What 出发前检查 is told by the tablet before a round.
import type { IsoDate, IsoInstant } from '#lib/domain/time.ts';
/** What the store knows before a round; the page adds what the tablet knows. */
export interface RoundFacts {
  today: IsoDate;
  /** Documents of the roster that no screen can show. */
  unreadable: number;
  households: number;
  /** Grids of hers of which nothing is here. */
  gridsMissing: string[];
  /** Undefined where nobody asks her to hand in. */
  shift?: { lastAt?: IsoInstant; lastOn?: IsoDate; openSince?: IsoDate };
}
