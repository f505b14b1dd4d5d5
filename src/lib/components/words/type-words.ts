// What a kind of document is called, and a field of it, where a line tells of one: never by its name in the data.
import { m } from '#messages';

const TYPES: Record<string, () => string> = {
  visit: m.type_visit,
  household: m.type_household,
  resident: m.type_resident,
  membership: m.type_membership,
  tag: m.type_tag,
  task: m.type_task,
  room: m.type_room,
  shift: m.type_shift,
  request: m.type_request,
  'request-step': m.type_request_step,
};
export const typeWord = (type: string): string => (TYPES[type] ?? m.type_other)();

/** Kinds of a receipt (domain/shift-work.ts): visits by what came of them, everything else by what was changed. */
export function kindWord(kind: string): string {
  if (kind === 'visit') return m.kind_visit();
  if (kind === 'nobody') return m.kind_nobody();
  return m.kind_changed({ type: typeWord(kind) });
}

const FIELDS: Record<string, () => string> = {
  answers: m.field_answers,
  result: m.field_result,
  occurredOn: m.field_occurredOn,
  occurredAt: m.field_occurredAt,
  household: m.field_household,
  room: m.field_room,
  resident: m.field_resident,
  remark: m.field_remark,
  name: m.field_name,
  phones: m.field_phones,
  kind: m.field_kind,
  state: m.field_state,
  notes: m.field_notes,
  birth: m.field_birth,
  sex: m.field_sex,
  work: m.field_work,
  employer: m.field_employer,
  head: m.field_head,
  relation: m.field_relation,
  from: m.field_from,
  to: m.field_to,
  reason: m.field_reason,
  reasonText: m.field_reason,
  dueAt: m.field_dueAt,
  status: m.field_status,
  idNumber: m.field_idNumber,
  documentNumber: m.field_idNumber,
  residence: m.field_residence,
  rosterVerifiedOn: m.field_rosterVerifiedOn,
  closedOn: m.field_closedOn,
  landlord: m.field_landlord,
  level: m.field_level,
  until: m.field_until,
  code: m.field_code,
  marriage: m.field_marriage,
  education: m.field_education,
  hukou: m.field_hukou,
  roomNumber: m.field_roomNumber,
  building: m.field_building,
  buildingNumber: m.field_buildingNumber,
  unitNumber: m.field_unitNumber,
  floor: m.field_floor,
  areaSquareMetres: m.field_areaSquareMetres,
  number: m.field_number,
  pinyin: m.field_pinyin,
  idType: m.field_idType,
  ethnicity: m.field_ethnicity,
  politics: m.field_politics,
  residenceKind: m.field_residenceKind,
  diedOn: m.field_diedOn,
  separation: m.field_separation,
  since: m.field_since,
  source: m.field_source,
  evidence: m.field_evidence,
  form: m.field_form,
  dueFrom: m.field_dueFrom,
  assignee: m.field_assignee,
  madeBy: m.field_madeBy,
  doneBy: m.field_doneBy,
  lastVisit: m.field_lastVisit,
  lastContactOn: m.field_lastContactOn,
  closedReason: m.field_closedReason,
  _deleted: m.field_deleted,
};

/** `landlord/name` is the landlord's; a field nobody named yet is told by its name, so that it can be asked about. */
export function fieldWord(field: string): string {
  const [first = field] = field.split('/');
  return FIELDS[first]?.() ?? m.field_other({ field });
}
