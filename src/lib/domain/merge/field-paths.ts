// Names of what is inside a document, as `at`, `seen` and `clashes` use them: `phones`, `landlord/name`, and for an element of
// a set `notes/"家里有狗"` (JSON Pointer, RFC 6901, without its first slash). Invariant: two parts of a document never share a name.
import { HEAD_FIELDS } from '../head-fields.ts';
import type { IsoInstant } from '../time.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Fields of the head and of merging itself: no field of the work, never stamped. */
const NO_WORK: ReadonlySet<string> = new Set([...HEAD_FIELDS, 'at', 'seen', 'clashes', 'merged']);

/** Whether it is a field of the work, known to this build or not; names that begin with `_` are CouchDB's. */
export const isWorkField = (name: string): boolean => !name.startsWith('_') && !NO_WORK.has(name);

export const below = (path: string, name: string): string =>
  `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const nameIn = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
export const partsOf = (path: string): string[] => path.split('/').map(nameIn);

/** Names right below `path` (at the top, where that is empty) of which a document has stamps. */
export function stampedBelow(body: Body, path: string): string[] {
  const before = path === '' ? '' : `${path}/`;
  const stamped = Object.keys(mapOf(body.at)).filter((name) => name.startsWith(before) && name !== path);
  return stamped.map((name) => nameIn(name.slice(before.length).split('/')[0]!));
}

/** The name of an element of a set. */
export const elementPath = (path: string, element: unknown): string => below(path, canonicalText(element));

export function isPlainObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with the names of objects in order: alike for values that say the same. Undefined fields count as absent. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isPlainObject(value)) return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`)
    .join(',')}}`;
}

/** Who said something, when, and how it was seen. */
export interface Seen {
  by: string;
  at: IsoInstant;
  how?: How | undefined;
}
/** 证件 a document was shown; 口述 somebody told; 推断 concluded. */
export const HOW_SEEN = ['document', 'told', 'inferred'] as const;
export type How = (typeof HOW_SEEN)[number];

export const mapOf = (value: unknown): Body => (isPlainObject(value) ? value : {});
