// What is missing from the events of each tablet: their numbers run from 1 without a gap, so that an event that never came,
// or was taken away, is told. Invariant: a pure function of the events, whatever their order.
import type { AuditEvent } from './audit-event.ts';

export interface AuditGaps {
  /** The tablet, as its events name it. */
  device: string;
  /** Runs of numbers of which there is no event, both ends included; lowest first. */
  missing: { from: number; to: number }[];
  /** Numbers that more than one event bears: written by a copy of the tablet, or by no tablet. */
  twice: number[];
}

/**
 * Of every tablet with a gap. `counted`: how far a tablet has said that it counted, by its name; what is missing at the end
 * shows by nothing else.
 */
export function gapsOf(
  events: Iterable<Pick<AuditEvent, '_id' | 'device' | 'number'>>,
  counted: ReadonlyMap<string, number> = new Map(),
): AuditGaps[] {
  const seen = new Map<string, Map<number, Set<string>>>();
  for (const device of counted.keys()) seen.set(device, new Map());
  for (const { _id, device, number } of events) {
    const numbers = seen.get(device) ?? new Map<number, Set<string>>();
    seen.set(device, numbers);
    numbers.set(number, (numbers.get(number) ?? new Set()).add(_id));
  }
  return [...seen]
    .map(([device, numbers]) => ({
      device,
      missing: missingIn([...numbers.keys()], counted.get(device) ?? 0),
      twice: [...numbers].flatMap(([number, ids]) => (ids.size > 1 ? [number] : [])).sort((a, b) => a - b),
    }))
    .filter(({ missing, twice }) => missing.length + twice.length > 0)
    .sort((a, b) => (a.device < b.device ? -1 : 1));
}

function missingIn(numbers: number[], counted: number): AuditGaps['missing'] {
  const missing: AuditGaps['missing'] = [];
  let next = 1;
  for (const number of numbers.sort((a, b) => a - b)) {
    if (number > next) missing.push({ from: next, to: number - 1 });
    next = Math.max(next, number + 1);
  }
  if (counted >= next) missing.push({ from: next, to: counted });
  return missing;
}
