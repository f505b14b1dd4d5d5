// What a page can ask of somebody's lists after her lease has ended: the part of the device's contract behind 应急查看.
import type { EvacuationBuilding } from '#lib/domain/evacuation.ts';
import type { DueRow } from '#lib/domain/field-views.ts';
import type { IsoDate } from '#lib/domain/time.ts';

/** Plain data; nothing is open behind it. */
export interface LastLookView {
  /** What she is called. */
  name: string;
  today: IsoDate;
  /** How much of the 24 hours is left. */
  leftMs: number;
  rows: DueRow[];
  buildings: EvacuationBuilding[];
}

export type LastLookOutcome =
  | { outcome: 'shown'; look: LastLookView }
  /** Why is asked at the first look, in four characters at least; of a look that goes on it is known. */
  | { outcome: 'reasonNeeded' }
  | {
      outcome:
        | 'wrongPassword'
        /** The 24 hours are over: the server alone opens. */
        | 'over'
        /** It has not ended: she signs in as always. */
        | 'notEnded'
        /** Her first download here was never whole. */
        | 'noRoster'
        | 'notLoaded'
        | 'storageRefused'
        | 'storageFull'
        | 'storageBroken';
    };

export interface LastLookDevice {
  /** Today's list and the evacuation list, once more for 24 hours; who asked and why is on the medium first. */
  lookOnce(user: string, password: string, why: string): Promise<LastLookOutcome>;
  /** Takes what was shown out of memory: the page begins anew. */
  endLook(): Promise<void>;
}
