// From an unknown body to a document of the field. One this build cannot read is kept as it came (sync.md 2).
import type * as z from 'zod/mini';
import { auditEventSchema } from './audit-event.ts';
import { calendarSchema } from './calendar.ts';
import { envelopeSchema } from './envelope-document.ts';
import { erasureSchema } from './erasure/erasure-document.ts';
import { matterSchema } from './matter.ts';
import { organisationKeySchema } from './organisation-key.ts';
import { householdSchema, membershipSchema, residentSchema, tagSchema, visitTaskSchema } from './people.ts';
import { photoSchema } from './photo.ts';
import { buildingSchema, gridSchema, roomSchema, unitSchema } from './place.ts';
import { quickCheckOf, type QuickCheck } from './quick-check.ts';
import { numberBlockSchema } from './request-number.ts';
import { settingSchema } from './reasons-setting.ts';
import { requestSchema, requestStepSchema } from './request.ts';
import { retentionSchema } from './retention.ts';
import { shiftSchema } from './shift.ts';
import { staffSchema } from './staff.ts';
import { visitSchema } from './visit.ts';

const schemas = {
  unit: unitSchema,
  grid: gridSchema,
  building: buildingSchema,
  staff: staffSchema,
  calendar: calendarSchema,
  matter: matterSchema,
  room: roomSchema,
  household: householdSchema,
  resident: residentSchema,
  membership: membershipSchema,
  tag: tagSchema,
  task: visitTaskSchema,
  visit: visitSchema,
  photo: photoSchema,
  shift: shiftSchema,
  'organisation-key': organisationKeySchema,
  retention: retentionSchema,
  setting: settingSchema,
  envelope: envelopeSchema,
  erasure: erasureSchema,
  audit: auditEventSchema,
  request: requestSchema,
  'request-step': requestStepSchema,
  'number-block': numberBlockSchema,
};
export type DocumentType = keyof typeof schemas;

const quickChecks = new Map<string, QuickCheck>(
  Object.entries(schemas).map(([type, schema]) => [type, quickCheckOf(schema)]),
);

export type DocumentOf<T extends DocumentType> = z.infer<(typeof schemas)[T]>;

export type ParsedDocument<T extends DocumentType = DocumentType> =
  | { outcome: 'read'; document: DocumentOf<T> }
  /** A newer schema, an unknown type or fields this build does not understand: shown as "needs a newer app". */
  | { outcome: 'unreadable'; reason: string };

/** Parses a body as a document of this type; unknown fields stay in it. What is read may be the body itself. */
export function parseDocument<T extends DocumentType>(type: T, body: unknown): ParsedDocument<T> {
  if (quickChecks.get(type)?.(body)) return { outcome: 'read', document: body as DocumentOf<T> };
  const parsed = schemas[type].safeParse(body);
  if (parsed.success) return { outcome: 'read', document: parsed.data as DocumentOf<T> };
  const issue = parsed.error.issues[0];
  return {
    outcome: 'unreadable',
    reason: `${type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  };
}
