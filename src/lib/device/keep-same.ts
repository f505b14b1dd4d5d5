// An answer that came again, with everything that did not change being the very same object as before: a list then draws
// anew the rows that changed and no others. Of plain data, as it crosses from the worker; it is never written into.

/** Equal to `after` in every word. */
export function keepSame<T>(before: unknown, after: T): T {
  if (Array.isArray(before) && Array.isArray(after)) return keptList(before, after) as T;
  if (isRecord(before) && isRecord(after)) return keptRecord(before, after) as T;
  return after;
}

type PlainRecord = Record<string, unknown>;

const isRecord = (value: unknown): value is PlainRecord =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function keptList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  // A row that came in or went moves all behind it: they are known by their names.
  const named = new Map(before.flatMap((item) => (nameOf(item) === undefined ? [] : [[nameOf(item), item]])));
  const kept = after.map((item, place) => keepSame(named.get(nameOf(item)) ?? before[place], item));
  const isSame = kept.length === before.length && kept.every((item, place) => item === before[place]);
  return isSame ? before : kept;
}

/** What tells rows of a list apart, where they say it. */
function nameOf(item: unknown): string | undefined {
  if (!isRecord(item)) return undefined;
  const name = item.id ?? item.household;
  return typeof name === 'string' ? name : undefined;
}

function keptRecord(before: PlainRecord, after: PlainRecord): PlainRecord {
  const names = Object.keys(after);
  const kept = Object.fromEntries(names.map((name) => [name, keepSame(before[name], after[name])]));
  const isSame =
    names.length === Object.keys(before).length &&
    names.every((name) => Object.hasOwn(before, name) && kept[name] === before[name]);
  return isSame ? before : kept;
}
