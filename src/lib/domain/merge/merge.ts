// Leaves of one document merged (sync.md 6): pure, without the state they came from, by the generation at which each part
// last changed. Invariants: whoever merges the same leaves, in whatever order, makes the same body; what was changed on
// one side only is that side's; what was changed on both is in the outcome or in `clashes`; a field nobody here knows
// is merged like any other; an event, or what this build does not know, is never merged; a document that was erased is
// none any more, whatever its other leaves say and whatever they are.
import { SCHEMA } from '../document-head.ts';
import { compareInstants, pathAndAbove } from './evidence.ts';
import { mapOf, type Body } from './field-paths.ts';
import { mergeFields, type Part } from './merge-fields.ts';
import { mergeRuleOf } from './merge-rules.ts';
import { joinedStamps } from './merge-stamps.ts';
import { readAt } from './nested-values.ts';
import { isStamped, stampsOf } from './stamps-of.ts';

export interface MergeLeaf {
  rev: string;
  /** Its revisions as far as they are known, newest first, itself the first. */
  path: readonly string[];
  deleted: boolean;
  body: Body;
}

/** The generation of the last revision both grew from; 0: none is known. */
export type AncestorGeneration = (a: MergeLeaf, b: MergeLeaf) => number;

export type Merge =
  /** To be written as a child of `winner`. */
  | { outcome: 'merged'; winner: MergeLeaf; body: Record<string, unknown> }
  /** `winner` has taken all the others in already. */
  | { outcome: 'contained'; winner: MergeLeaf }
  /** The document was erased (ADR 0010): `winner` says so, and every leaf that lives is to be ended by what names it. */
  | { outcome: 'erased'; winner: MergeLeaf }
  /** Not to be merged: an event, or what this build does not know or cannot put together. The leaves stay. */
  | { outcome: 'kept'; why: 'event' | 'unknown' | 'deleted' };

/** The author of a merge. */
const MERGE = 'merge';
/** Of a line that is taken in, so many revisions are remembered: who goes on from one of them is understood. */
const LINE_KEPT = 8;
const EVENTS = new Set(['visit', 'shift']);

const generationOf = (rev: string) => Number.parseInt(rev, 10);

/** CouchDB's order: the higher generation wins, then the larger digest. Positive where `a` does. */
function compareRevisions(a: string, b: string): number {
  return generationOf(a) - generationOf(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** All leaves of one document that are known, tombstones too, in any order. */
export function merge(leaves: readonly MergeLeaf[], ancestorGeneration: AncestorGeneration): Merge {
  const live = leaves.filter(({ deleted }) => !deleted).sort((a, b) => compareRevisions(b.rev, a.rev));
  const [erasure] = leaves.filter(isErasure).sort((a, b) => compareRevisions(b.rev, a.rev));
  if (erasure) return { outcome: 'erased', winner: erasure };
  const winner = live[0];
  if (!winner) return { outcome: 'kept', why: 'deleted' };
  const { type } = winner.body;
  if (!live.every(canBeMerged) || live.some(({ body }) => body.type !== type))
    return { outcome: 'kept', why: EVENTS.has(String(type)) ? 'event' : 'unknown' };
  const isNews = ({ rev }: MergeLeaf) => !(rev in mapOf(winner.body.merged)) && !winner.path.includes(rev);
  const others = live.slice(1).filter(isNews);
  const deletions = leaves
    .filter((leaf) => leaf.deleted && isNews(leaf) && isDeletion(leaf, [winner, ...others]))
    .sort((a, b) => compareRevisions(b.rev, a.rev));
  if (others.length + deletions.length === 0) return { outcome: 'contained', winner };
  const sides = [winner, ...others];
  const taken = [...others, ...deletions].flatMap((leaf) => {
    const below = ancestorGeneration(winner, leaf);
    return leaf.path.filter((rev) => generationOf(rev) > below).slice(0, LINE_KEPT);
  });
  const knows = knowledge(sides, ancestorGeneration);
  return { outcome: 'merged', winner, body: mergedBody({ sides, deletions, taken, knows }) };
}

const isErasure = ({ deleted, body }: MergeLeaf) => deleted && body.erased === true;

/** Whether `winner`, or a state it grew from, has taken this leaf in: it can go. */
export function hasTakenIn(winner: Pick<MergeLeaf, 'body'>, rev: string): boolean {
  return rev in mapOf(winner.body.merged);
}

/** The revision that took a leaf in, as far back as the path is known. */
function takenInBy({ rev, path, body }: MergeLeaf, leaf: string): string {
  const generation = mapOf(body.merged)[leaf];
  return path.find((each) => generationOf(each) === generation) ?? rev;
}

/** What ends a losing leaf that was merged. */
export function mergedTombstone(winner: MergeLeaf, leaf: MergeLeaf): Record<string, unknown> {
  const { _id, type } = leaf.body;
  return { _id, _deleted: true, type, updatedBy: MERGE, mergedInto: takenInBy(winner, leaf.rev) };
}

/** Whether this build knows the document's type and schema well enough to put states of it together. */
export function canBeMerged({ body }: Pick<MergeLeaf, 'body'>): boolean {
  const schema = body.schema === undefined ? SCHEMA : Number(body.schema);
  return mergeRuleOf(body.type) !== undefined && schema <= SCHEMA && body._attachments === undefined;
}

/**
 * Whether a person deleted the document, and did not only end a branch of it: whoever ends a leaf that was merged says so,
 * and who deletes without a word must have deleted a state that another leaf grew from.
 */
export function isDeletion(
  { body, path }: Pick<MergeLeaf, 'body' | 'path'>,
  live: readonly Pick<MergeLeaf, 'path'>[],
): boolean {
  if (body.updatedBy === MERGE || body.mergedInto !== undefined) return false;
  if (typeof body.updatedBy === 'string') return true;
  return path[1] !== undefined && live.some((leaf) => leaf.path.includes(path[1]!));
}

type Knows = (who: number, whose: number, part: Part) => boolean;

/** A side knows what the other says where the stamp is not above what it has seen of the other's revisions. */
function knowledge(sides: readonly MergeLeaf[], ancestorGeneration: AncestorGeneration): Knows {
  const seenUpTo = sides.map((who) =>
    sides.map((whose) => {
      const taken = mapOf(who.body.merged);
      const merged = whose.path.filter((rev) => rev in taken).map(generationOf);
      return Math.max(ancestorGeneration(who, whose), ...merged);
    }),
  );
  const stamped = sides.map(({ rev, body }) => isStamped(body, generationOf(rev)));
  const stampOf = (n: number, part: Part) =>
    stamped[n] ? stampIn(sides[n]!.body, part) : generationOf(sides[n]!.rev);
  return (who, whose, part) => stampOf(whose, part) <= seenUpTo[who]![whose]!;
}

/** Of a part without a stamp: 1 where it is there, since the document was made; 0 where it never was. */
function stampIn(body: Body, { paths, element, asWhole }: Part): number {
  const at = mapOf(body.at);
  const above = new Set(paths.flatMap(pathAndAbove));
  const isBelow = (name: string) => !asWhole && paths.some((path) => name.startsWith(`${path}/`));
  const isAbout = (name: string) => above.has(name) || isBelow(name);
  const stamps = Object.keys(at).flatMap((name) => (isAbout(name) ? Number(at[name]) : []));
  const isThere = element !== undefined || paths.some((path) => readAt(body, path) !== undefined);
  return Math.max(isThere ? 1 : 0, ...stamps);
}

interface Merging {
  sides: readonly MergeLeaf[];
  deletions: readonly MergeLeaf[];
  /** Revisions of the others' lines. */
  taken: readonly string[];
  knows: Knows;
}

function mergedBody({ sides, deletions, taken, knows }: Merging): Record<string, unknown> {
  const winner = sides[0]!;
  const bodies = sides.map(({ body }) => body);
  const rule = mergeRuleOf(winner.body.type)!;
  const merged = mergeFields({ rule, bodies, knows });
  const stamps = joinedStamps(
    {
      bodies,
      generation: generationOf(winner.rev) + 1,
      taken,
      clashes: deletions.map(deletionEntry),
    },
    merged,
    stampsOf(winner.body, generationOf(winner.rev)),
  );
  return { _id: winner.body._id, ...headOf(bodies), ...merged.fields, ...stamps };
}

function deletionEntry({ body }: MergeLeaf): Body {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { field: '_deleted', value: true, by: text(body.updatedBy), at: text(body.updatedAt) };
}

/** Made when the first was made, changed when the last was changed; of two salts the lesser, whoever merges. */
function headOf(bodies: readonly Body[]): Record<string, unknown> {
  const [first] = bodies as [Body, ...Body[]];
  const byInstant = (field: string) =>
    [...bodies]
      .filter((body) => typeof body[field] === 'string')
      .sort((a, b) => compareInstants(String(a[field]), String(b[field])));
  const made = byInstant('createdAt').sort(
    (a, b) =>
      compareInstants(String(a.createdAt), String(b.createdAt)) ||
      (String(a.createdBy) < String(b.createdBy) ? -1 : 1),
  )[0];
  const head = {
    type: first.type,
    schema: bodies.map(({ schema }) => schema).sort((a, b) => Number(b ?? 0) - Number(a ?? 0))[0],
    createdAt: made?.createdAt,
    createdBy: made?.createdBy ?? first.createdBy,
    updatedAt: byInstant('updatedAt').at(-1)?.updatedAt,
    updatedBy: MERGE,
    device: first.device,
    salt: bodies.flatMap(({ salt }) => (typeof salt === 'string' ? salt : [])).sort()[0],
  };
  return Object.fromEntries(Object.entries(head).filter(([, value]) => value !== undefined));
}
