// How a history ended: of each document on the server its leaves, winner first. Two histories of one plan that ended alike
// have the same of it.
import type { Revision } from '#lib/protocol/revision.ts';
import { keyOf, type World } from './world.ts';

/** By `scope|id`. */
export type EndState = ReadonlyMap<string, readonly Revision[]>;

export function endOf({ server }: World): EndState {
  const end = new Map<string, Revision[]>();
  for (const [scope, { documents }] of server.databases)
    for (const [id, record] of documents)
      end.set(
        keyOf(scope, id),
        record.leaves().map(({ rev, deleted }) => (deleted ? `${rev} deleted` : rev)),
      );
  return end;
}

/** In words; undefined where they are the same. */
export function differenceOf(a: EndState, b: EndState): string | undefined {
  const of = (end: EndState, key: string) => end.get(key)?.join(', ') ?? 'nothing';
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  const differing = keys.filter((key) => of(a, key) !== of(b, key));
  const [first] = differing;
  if (first === undefined) return undefined;
  return `${String(differing.length)} documents end otherwise: ${first} is ${of(a, first)} here, ${of(b, first)} there`;
}
