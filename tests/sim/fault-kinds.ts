// All that can go wrong in a history, and how often it does in this one: each fault is in a history with probability 1/4,
// then at a rate of its own (sync.md 10).
import type { Dice } from './dice.ts';

/** Asked at each request. */
export const LINE_FAULTS = [
  'request-lost',
  'answer-lost',
  'delivered-twice',
  'slow',
  'cut-short',
  'hangs',
  'status-500',
  'status-502',
  'status-503',
  'status-429',
  'status-413',
  'portal',
  'status-202',
  'session-expired',
  'rows-repeated',
] as const;
/** Asked at each write of a tablet's database. */
export const DISK_FAULTS = ['full-at-put', 'full-at-commit'] as const;
/** What happens at moments of its own. */
export const EVENT_FAULTS = [
  'server-restarted',
  'server-restored',
  'database-remade',
  'sequence-format',
  'document-refused',
  'tab-killed',
  'power-lost',
  'connection-lost',
  'origin-wiped',
  'second-tab',
  'clock-jumped',
  'role-taken',
  'edit-against-deletion',
] as const;

export type LineFault = (typeof LINE_FAULTS)[number];
export type DiskFault = (typeof DISK_FAULTS)[number];
export type EventFault = (typeof EVENT_FAULTS)[number];
export type FaultKind = LineFault | DiskFault | EventFault;
export type FaultRates = Partial<Record<FaultKind, number>>;

const ALL_FAULTS: readonly FaultKind[] = [...LINE_FAULTS, ...DISK_FAULTS, ...EVENT_FAULTS];

const IN_A_HISTORY = 0.25;

export function drawFaults(dice: Dice, among: readonly FaultKind[] = ALL_FAULTS): FaultRates {
  const drawn = among.filter(() => dice.hits(IN_A_HISTORY));
  return Object.fromEntries(drawn.map((kind) => [kind, 0.02 + 0.28 * dice.next() ** 2]));
}
