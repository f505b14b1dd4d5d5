// 两边不一样，请选: what merging could not decide, as a person sees it, and her decision as an ordinary edit (sync.md 6).
// Invariants: every clash of every document in the model is listed; numbers of people stand here masked; a decision takes
// away the clash it was made about and no other, and keeps every value it was not about; what the person who made it did
// not see is never settled by it.
import { changedBy, type Author } from './document-head.ts';
import { typeOfId } from './document-id.ts';
import type { FieldModel } from './field-model.ts';
import { namesake } from './household-name.ts';
import { maskIdNumber } from './id-number.ts';
import { clashesOf } from './merge/clash-entries.ts';
import { evidenceOf } from './merge/evidence.ts';
import { isPlainObject, mapOf, type Body, type How } from './merge/field-paths.ts';
import { mergeRuleOf, togetherWith } from './merge/merge-rules.ts';
import { readAt, writtenAt } from './merge/nested-values.ts';
import { maskPhone } from './phone.ts';
import { doorOf, type Room } from './place.ts';
import type { IsoInstant } from './time.ts';

/** One of the values; `value` absent: the field is empty there. */
export interface ClashSide {
  value?: unknown;
  /** Values of the fields that go with it, by name: with `to` of a membership, `reason` and `reasonText`. */
  with?: Record<string, unknown>;
  /** The name she signs in with, and her own where the directory says it. */
  by: string;
  byName?: string;
  at: IsoInstant;
  /** 证件, 口述, 推断; absent: not said. */
  how?: How;
}

/** One field about which people said different things. */
export interface ClashedField {
  /** `phones`, `landlord/name`; `_deleted`: somebody deleted the document while another changed it. */
  field: string;
  /** What the document says now. */
  leading: ClashSide;
  /** What else was said; `entry`, its place among these, names it in a decision. */
  others: (ClashSide & { entry: number })[];
}

/** One document with clashes. */
export interface ClashRow {
  document: string;
  scope: string;
  type: string;
  /** The household it is shown with, where it belongs to one on this tablet. */
  household?: string;
  door?: string;
  /** Of the resident it is about, else of the household, the building, the member of staff. */
  name?: string;
  fields: ClashedField[];
}

/** Newest first. */
export function listClashes(model: FieldModel): ClashRow[] {
  const all: ReadonlyMap<string, Body>[] = [
    model.households,
    model.residents,
    model.memberships,
    model.tags,
    model.tasks,
    model.rooms,
    model.buildings,
    model.grids,
    model.staff,
  ];
  const rows = all.flatMap((documents) =>
    [...documents].flatMap(([id, document]) =>
      clashesOf(document).length > 0 ? [clashRow(model, id, document)] : [],
    ),
  );
  const newest = ({ fields }: ClashRow) => fields.flatMap(sides).reduce((a, { at }) => (at > a ? at : a), '');
  return rows.sort((a, b) => newest(b).localeCompare(newest(a)) || a.document.localeCompare(b.document));
}

const sides = ({ leading, others }: ClashedField): ClashSide[] => [leading, ...others];

function clashRow(model: FieldModel, id: string, document: Body): ClashRow {
  const resident = typeOfId(id) === 'resident' ? id : document.resident;
  const householdId = householdOf(model, id, document);
  const household = householdId === undefined ? undefined : model.households.get(householdId);
  const room = (household && model.rooms.get(household.room)) ?? model.rooms.get(id);
  const person = model.residents.get(String(resident)) ?? (household && namesake(model, household));
  const name = person?.name ?? (typeof document.name === 'string' ? document.name : undefined);
  return {
    document: id,
    scope: model.scopes.get(id) ?? '',
    type: typeOfId(id),
    ...(household && { household: household._id }),
    ...(room && { door: doorOf(room as Room) }),
    ...(name !== undefined && { name }),
    fields: clashedFields(model, document),
  };
}

function householdOf(model: FieldModel, id: string, document: Body): string | undefined {
  if (typeOfId(id) === 'household') return id;
  if (typeof document.household === 'string') return document.household;
  if (typeOfId(id) === 'room') return [...(model.householdsIn.get(id)?.keys() ?? [])][0];
  const memberships = [...model.memberships.values()].filter(({ resident }) => resident === id);
  return (memberships.find(({ to }) => to === undefined) ?? memberships[0])?.household;
}

function clashedFields(model: FieldModel, document: Body): ClashedField[] {
  const names = new Map([...model.staff.values()].map((staff) => [staff.user, staff.name]));
  const sideOf = (field: string, { value, with: beside, ...said }: Body): ClashSide => {
    const { by, at, how } = said as unknown as Pick<ClashSide, 'by' | 'at' | 'how'>;
    const byName = names.get(by);
    return {
      ...(value !== undefined && { value: masked(field, value) }),
      ...withOf(beside),
      by,
      ...(byName !== undefined && { byName }),
      at,
      ...(how && { how }),
    };
  };
  const entries = clashesOf(document).map((entry) => ({ entry, field: String(entry.field) }));
  return [...new Set(entries.map(({ field }) => field))].map((field) => ({
    field,
    leading: sideOf(field, leadingOf(document, field)),
    others: entries
      .filter((each) => each.field === field)
      .map(({ entry }, n) => ({ ...sideOf(field, entry), entry: n })),
  }));
}

function leadingOf(document: Body, field: string): Body {
  const row = togetherWith(mergeRuleOf(document.type) ?? {}, field);
  return {
    value: readAt(document, field),
    with: Object.fromEntries(row.filter((name) => name !== field).map((name) => [name, document[name]])),
    ...evidenceOf(document, row),
  };
}

function withOf(beside: unknown): Pick<ClashSide, 'with'> {
  const said = Object.entries(mapOf(beside)).filter(([, value]) => value !== null && value !== undefined);
  return said.length > 0 ? { with: maskedEach(Object.fromEntries(said)) } : {};
}

const maskedEach = (values: Body) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masked(name, value)]));

function masked(field: string, value: unknown): unknown {
  const name = field.slice(field.lastIndexOf('/') + 1);
  if (Array.isArray(value)) return value.map((each: unknown) => masked(field, each));
  if (isPlainObject(value)) return maskedEach(value);
  if (typeof value !== 'string') return value;
  if (name === 'phones' || name === 'phone') return maskPhone(value);
  return name === 'idNumber' || name === 'documentNumber' ? maskIdNumber(value) : value;
}

/** Who said the values she chose among, and when: in the order of the entries. */
export interface SeenClash {
  leading: Pick<ClashSide, 'by' | 'at'>;
  others: Pick<ClashSide, 'by' | 'at'>[];
}

/** What a person decided about one field. */
export interface ClashDecision {
  field: string;
  /** What she was shown. */
  seen: SeenClash;
  choice:
    | { keep: 'leading' }
    /** One of `others`, by its `entry`. */
    | { take: { entry: number } }
    /** A third value, as the document keeps it; undefined: the field is left empty. */
    | { write: unknown };
}

export type ClashSettlement =
  /** The whole body to save, stamped; `_deleted` where she let a deletion stand. */
  | { outcome: 'settled'; body: Record<string, unknown> }
  /** There is no such clash any more, or another than she saw: show what there is now. */
  | { outcome: 'moved' };

/** `generation`: that of the revision the edit will be, one above the one `document` was read at. */
export function settleClash(
  document: Body,
  decision: ClashDecision,
  change: Author & { generation: number; how?: How | undefined },
): ClashSettlement {
  const { field, choice, seen } = decision;
  const clashes = clashesOf(document);
  const entries = clashes.filter((entry) => entry.field === field);
  if (entries.length === 0 || !isAsSeen(seen, leadingOf(document, field), entries))
    return { outcome: 'moved' };
  const taken = 'take' in choice ? entries[choice.take.entry] : undefined;
  if ('take' in choice && !taken) return { outcome: 'moved' };
  if (taken && field === '_deleted') return { outcome: 'settled', body: tombstone(document, change.person) };
  const left = clashes.filter((entry) => entry.field !== field);
  const { clashes: _clashes, ...rest } = document;
  let after: Record<string, unknown> = left.length > 0 ? { ...rest, clashes: left } : rest;
  if ('write' in choice) after = writtenAt(after, field, choice.write);
  if (taken) {
    after = writtenAt(after, field, taken.value);
    const beside = isPlainObject(taken.with) ? taken.with : {};
    for (const name of togetherWith(mergeRuleOf(document.type) ?? {}, field))
      if (name !== field) after = writtenAt(after, name, beside[name] ?? undefined);
  }
  return { outcome: 'settled', body: changedBy(change, { ...document }, after) };
}

function isAsSeen({ leading, others }: SeenClash, now: Body, entries: readonly Body[]): boolean {
  const isSame = ({ by, at }: Pick<ClashSide, 'by' | 'at'>, side?: Body) => by === side?.by && at === side.at;
  return (
    isSame(leading, now) &&
    others.length === entries.length &&
    others.every((other, n) => isSame(other, entries[n]))
  );
}

/** Nothing of a person stays in it. */
function tombstone(document: Body, person: string): Record<string, unknown> {
  return { _id: document._id, _deleted: true, type: document.type, updatedBy: person };
}
