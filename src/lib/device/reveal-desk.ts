// A number, whole, for somebody who asked for it by a tap. Invariant: no audit, no number: it is answered only after the
// event that says who saw it is on the medium.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { FieldModel } from '#lib/domain/field-model.ts';
import { gridOfScope } from '#lib/domain/scopes.ts';
import type { AuditDesk, AuditOutcome } from './audit-desk.ts';
import { needsWhy } from './reasons-asked.ts';

export interface AskedNumber {
  /** Id of the resident, of the building whose leader it is, or of the request whose applicant. */
  about: string;
  field: 'idNumber' | 'documentNumber' | 'phone';
  /** Of several phones; absent: the first. */
  position?: number;
  /** To be read for a moment, or handed to the telephone. */
  to: 'show' | 'dial';
  /** Where the office asks for a reason. */
  why?: string;
}

export type NumberRevealed =
  | { outcome: 'shown'; number: string }
  /** There is no such number any more. */
  | { outcome: 'gone' }
  | { outcome: 'whyNeeded' }
  | { outcome: Exclude<AuditOutcome, 'kept'> };

export interface RevealParts {
  session: { readonly model: FieldModel };
  store: Parameters<typeof needsWhy>[0];
  audit: AuditDesk;
  /** Of a request; undefined where there is none, or no such request. */
  applicantsPhone(request: string): Promise<string | undefined>;
}

export async function revealNumber(parts: RevealParts, asked: AskedNumber): Promise<NumberRevealed> {
  const { store, audit } = parts;
  const { about, field, to, why } = asked;
  const found = await find(parts, asked);
  if (!found) return { outcome: 'gone' };
  if (to === 'show' && (await needsWhy(store, field, why))) return { outcome: 'whyNeeded' };
  const { number, grid } = found;
  const what = to === 'dial' ? 'dialled' : 'revealed';
  const said = { ...(grid !== undefined && { grid }), ...(why !== undefined && { why }) };
  const outcome = await audit.record({ what, about, field, ...said });
  return outcome === 'kept' ? { outcome: 'shown', number } : { outcome };
}

interface Found {
  number: string;
  grid: string | undefined;
}

async function find(
  { session, applicantsPhone }: RevealParts,
  asked: AskedNumber,
): Promise<Found | undefined> {
  const { about, field, position = 0 } = asked;
  if (typeOfId(about) !== 'request') return findNumber(session.model, { about, field, position });
  const number = field === 'phone' ? await applicantsPhone(about) : undefined;
  return number === undefined || number === '' ? undefined : { number, grid: undefined };
}

function findNumber(
  model: FieldModel,
  { about, field, position }: Required<Omit<AskedNumber, 'to' | 'why'>>,
): Found | undefined {
  const resident = model.residents.get(about);
  const building = model.buildings.get(about);
  const grid = building?.grid ?? gridOfScope(model.scopes.get(about) ?? '');
  const phone = building ? building.head?.phone : resident?.phones?.[position];
  const number = field === 'phone' ? phone : resident?.[field];
  return number === undefined || number === '' ? undefined : { number, grid };
}
