// Which documents live in which kind of scope, and what their fields are: read from the app's own schemas, so that the
// server refuses nothing the app writes. Invariant: every type of the domain has its place; a new one without is a type error.
import * as z from 'zod/mini';
import { auditEventSchema } from '#lib/domain/audit-event.ts';
import { calendarSchema } from '#lib/domain/calendar.ts';
import { SCHEMA } from '#lib/domain/document-head.ts';
import { envelopeSchema } from '#lib/domain/envelope-document.ts';
import { erasureSchema } from '#lib/domain/erasure/erasure-document.ts';
import { matterSchema } from '#lib/domain/matter.ts';
import { organisationKeySchema } from '#lib/domain/organisation-key.ts';
import type { DocumentType } from '#lib/domain/parse-document.ts';
import {
  householdSchema,
  membershipSchema,
  residentSchema,
  tagSchema,
  visitTaskSchema,
} from '#lib/domain/people.ts';
import { PHOTO_BYTES, PHOTO_TYPE, photoSchema } from '#lib/domain/photo.ts';
import { buildingSchema, gridSchema, roomSchema, unitSchema } from '#lib/domain/place.ts';
import { numberBlockSchema } from '#lib/domain/request-number.ts';
import { requestSchema, requestStepSchema } from '#lib/domain/request.ts';
import { retentionSchema } from '#lib/domain/retention.ts';
import { settingSchema } from '#lib/domain/reasons-setting.ts';
import { shiftSchema } from '#lib/domain/shift.ts';
import { RESTRICTED_TAGS } from '#lib/domain/tag-kinds.ts';
import { staffSchema } from '#lib/domain/staff.ts';
import { isoDateSchema, isoInstantSchema } from '#lib/domain/time-schemas.ts';
import { visitSchema } from '#lib/domain/visit.ts';

/** What a value is; `date` and `instant` are strings of their form (time.ts). */
export type ValueKind = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'date' | 'instant';

export interface FieldRule {
  required?: true;
  /** Any value where absent. */
  kind?: ValueKind;
  /** The only strings there may be. */
  oneOf?: string[];
  /** Strings that belong into another scope. */
  noneOf?: string[];
}

export interface AttachmentRule {
  type: string;
  /** At most. */
  sizeBytes: number;
}

export interface TypeRule {
  /** Append-only: written once, never changed, never deleted (sync.md 2). */
  event?: true;
  /** Nobody else writes it, not even an editor. */
  administrators?: true;
  /** Fields that stay as they were first written. */
  fixed?: string[];
  /** It is about one attachment, and has that one. */
  attachment?: AttachmentRule;
  /** Checked for documents of the schema this build knows; a newer one is let through. */
  fields: Record<string, FieldRule>;
}

/** Kinds of scope with one set of rules each (sync.md 1). */
export type ScopeKind =
  | 'directory'
  | 'community'
  | 'desk'
  | 'grid'
  | 'events'
  | 'care'
  | 'own'
  /** Of a grid's visits. */
  | 'photos'
  | 'desk-photos'
  | 'audit';

export const KNOWN_SCHEMA = SCHEMA;

interface Place extends Omit<TypeRule, 'fields'> {
  scope: ScopeKind;
  schema: z.ZodMiniType;
  /** In this scope these fields are further bound. */
  bound?: Record<string, Pick<FieldRule, 'oneOf' | 'noneOf'>>;
}

const places: Record<DocumentType, Place> = {
  unit: { scope: 'directory', schema: unitSchema },
  grid: { scope: 'directory', schema: gridSchema },
  building: { scope: 'directory', schema: buildingSchema },
  staff: { scope: 'directory', schema: staffSchema },
  calendar: { scope: 'directory', schema: calendarSchema },
  matter: { scope: 'directory', schema: matterSchema },
  // All unsent work is sealed to it: whoever changes it reads that, or loses it.
  'organisation-key': { scope: 'directory', administrators: true, schema: organisationKeySchema },
  retention: { scope: 'directory', administrators: true, schema: retentionSchema },
  // Before what a reason is asked.
  setting: { scope: 'directory', administrators: true, schema: settingSchema },
  // What must never come back: whoever could change it could bring it back.
  erasure: { scope: 'directory', administrators: true, schema: erasureSchema },
  room: { scope: 'grid', schema: roomSchema },
  household: { scope: 'grid', schema: householdSchema },
  resident: { scope: 'grid', schema: residentSchema },
  membership: { scope: 'grid', schema: membershipSchema },
  tag: { scope: 'grid', schema: tagSchema, bound: { code: { noneOf: [...RESTRICTED_TAGS] } } },
  task: { scope: 'grid', schema: visitTaskSchema },
  visit: { scope: 'events', event: true, schema: visitSchema },
  photo: {
    scope: 'photos',
    event: true,
    attachment: { type: PHOTO_TYPE, sizeBytes: PHOTO_BYTES },
    schema: photoSchema,
  },
  shift: { scope: 'community', event: true, schema: shiftSchema },
  envelope: { scope: 'community', event: true, schema: envelopeSchema },
  audit: { scope: 'audit', event: true, schema: auditEventSchema },
  request: { scope: 'desk', schema: requestSchema, fixed: ['number', 'firstAsked', 'receivedAt'] },
  'request-step': { scope: 'desk', event: true, schema: requestStepSchema },
  'number-block': { scope: 'community', event: true, schema: numberBlockSchema },
};

/** Types whose documents are written once and never changed. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  Object.entries(places).flatMap(([type, { event }]) => (event ? [type] : [])),
);

/** What of these types is restricted has a place of its own. */
const restricted: Partial<Record<DocumentType, Place>> = {
  tag: { scope: 'care', schema: tagSchema, bound: { code: { oneOf: [...RESTRICTED_TAGS] } } },
};

/** Data of the product itself, without a schema of the field: their heads are checked, no more. */
const productData: Partial<Record<ScopeKind, readonly string[]>> = { directory: ['code-sets', 'tag-kinds'] };

/** Checked for every type by the function itself. */
const HEAD = new Set(['_id', 'type', 'schema', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'device']);

/** The types of a scope; none where this release writes nothing yet. */
export function typeRulesOf(kind: ScopeKind): Record<string, TypeRule> {
  const rules: Record<string, TypeRule> = {};
  const all = [...Object.entries(places), ...Object.entries(restricted)];
  for (const [type, { scope, schema, bound = {}, ...rule }] of all)
    if (scope === kind) rules[type] = { ...rule, fields: boundTo(bound, fieldRulesOf(schema)) };
  for (const type of productData[kind] ?? []) rules[type] = { fields: {} };
  return rules;
}

const boundTo = (bound: NonNullable<Place['bound']>, fields: TypeRule['fields']): TypeRule['fields'] =>
  Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, { ...rule, ...bound[name] }]));

/** What is used here of JSON Schema as Zod writes it. */
interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

const patternOf = (schema: z.ZodMiniType) => (z.toJSONSchema(schema) as JsonSchema).pattern;
const DATE = patternOf(isoDateSchema);
const INSTANT = patternOf(isoInstantSchema);
const PLAIN_KINDS: readonly string[] = ['string', 'number', 'integer', 'boolean', 'object', 'array'];

function fieldRulesOf(schema: z.ZodMiniType): Record<string, FieldRule> {
  const { properties = {}, required = [] } = z.toJSONSchema(schema) as JsonSchema;
  const fields = Object.entries(properties).filter(([name]) => !HEAD.has(name));
  return Object.fromEntries(
    fields.map(([name, field]) => [name, fieldRuleOf(field, required.includes(name))]),
  );
}

function fieldRuleOf(field: JsonSchema, required: boolean): FieldRule {
  const kind = kindOf(field);
  return {
    ...(required ? { required: true } : {}),
    ...(kind ? { kind } : {}),
    ...(field.enum ? { oneOf: field.enum.map(String) } : {}),
  };
}

function kindOf(field: JsonSchema): ValueKind | undefined {
  if (field.pattern !== undefined && field.pattern === DATE) return 'date';
  if (field.pattern !== undefined && field.pattern === INSTANT) return 'instant';
  return PLAIN_KINDS.includes(field.type ?? '') ? (field.type as ValueKind) : undefined;
}
