// What a page can ask about restricted facts: the part of the device's contract behind 敏感事项.
import type { CareView } from '#lib/domain/care-tags.ts';
import type { AuditOutcome } from './audit-desk.ts';

export interface AskedCare {
  resident: string;
  /** Where the office asks for a reason. */
  why?: string;
}

export type CareShown =
  | { outcome: 'shown'; care: CareView }
  /** The person is not on this tablet any more. */
  | { outcome: 'gone' }
  /** Not hers to see, or not on this tablet. */
  | { outcome: 'notHers' }
  | { outcome: 'whyNeeded' }
  | { outcome: Exclude<AuditOutcome, 'kept'> };

/** `notNow`: it stands otherwise meanwhile, or a reason is missing. */
export type CareSaved =
  { outcome: 'saved'; care: CareView } | { outcome: 'notNow' | 'notHers' | 'full' | 'failed' };

export interface CareDevice {
  /** What is restricted of somebody, after it was written down who saw it; without that, nothing. */
  openCare(asked: AskedCare): Promise<CareShown>;
  putCare(wanted: { resident: string; code: string; evidence: string }): Promise<CareSaved>;
  /** Taken off, with the reason. */
  endCare(wanted: { resident: string; tag: string; reason: string }): Promise<CareSaved>;
}
