// Who said what a field says, when and how it was seen. Where a field was never changed since its document was made, or
// somebody wrote without saying so, the document's head tells it.
import { isPlainObject, mapOf, type Body, type Seen } from './field-paths.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** `path` and what it lies in, itself first. */
export function pathAndAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_part, n) => parts.slice(0, parts.length - n).join('/'));
}

/** Of several fields that go together, and of the parts of one, what was said last. */
export function evidenceOf(body: Body, paths: readonly string[]): Seen {
  const above = new Set(paths.flatMap(pathAndAbove));
  const told = Object.entries(mapOf(body.seen))
    .filter(([name]) => above.has(name) || paths.some((path) => name.startsWith(`${path}/`)))
    .flatMap(([, said]) => readSeen(said) ?? [])
    .sort(byInstant)
    .at(-1);
  if (told) return told;
  const at = mapOf(body.at);
  const isAsMade = Object.keys(at).length > 0 && paths.every((path) => Number(at[path] ?? 1) <= 1);
  return isAsMade
    ? { by: text(body.createdBy), at: text(body.createdAt) }
    : { by: text(body.updatedBy), at: text(body.updatedAt) };
}

function readSeen(value: unknown): Seen | undefined {
  if (!isPlainObject(value)) return undefined;
  const { by, at, how } = value;
  return { by: text(by), at: text(at), ...(isHow(how) && { how }) };
}

const isHow = (how: unknown): how is NonNullable<Seen['how']> => typeof how === 'string' && how in VERIFIED;

/** The better a fact was seen, the more it counts; not said counts least. */
const VERIFIED = { inferred: 1, told: 2, document: 3 };
const verified = ({ how }: Seen) => (how === undefined ? 0 : VERIFIED[how]);

/** Instants by their time, whatever the digits; what is none comes before all. */
export function compareInstants(a: string, b: string): number {
  const [left, right] = [Date.parse(a), Date.parse(b)].map((ms) => (Number.isFinite(ms) ? ms : -Infinity));
  if (left !== right) return left! < right! ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const byInstant = (a: Seen, b: Seen) => compareInstants(a.at, b.at) || compareSeen(a, b);

/** Positive where `a` leads: better verified, else said later; then by name, so that it is never open. */
export function compareSeen(a: Seen, b: Seen): number {
  return verified(a) - verified(b) || compareInstants(a.at, b.at) || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0);
}
