// A number, whole, for somebody who asked for it by a tap. Invariant: no audit, no number: it is answered only after the
// event that says who saw it is on the medium.
import type { FieldModel } from '#lib/domain/field-model.ts';
import { gridOfScope } from '#lib/domain/scopes.ts';
import type { AuditDesk, AuditOutcome } from './audit-desk.ts';

export interface AskedNumber {
  /** Id of the resident, or of the building whose leader it is. */
  about: string;
  field: 'idNumber' | 'documentNumber' | 'phone';
  /** Of several phones; absent: the first. */
  position?: number;
  /** To be read for a moment, or handed to the telephone. */
  to: 'show' | 'dial';
}

export type NumberRevealed =
  | { outcome: 'shown'; number: string }
  /** There is no such number any more. */
  | { outcome: 'gone' }
  | { outcome: Exclude<AuditOutcome, 'kept'> };

export async function revealNumber(
  model: FieldModel,
  audit: AuditDesk,
  { about, field, position = 0, to }: AskedNumber,
): Promise<NumberRevealed> {
  const found = findNumber(model, { about, field, position });
  if (!found) return { outcome: 'gone' };
  const { number, grid } = found;
  const what = to === 'dial' ? 'dialled' : 'revealed';
  const outcome = await audit.record({ what, about, field, ...(grid !== undefined && { grid }) });
  return outcome === 'kept' ? { outcome: 'shown', number } : { outcome };
}

function findNumber(
  model: FieldModel,
  { about, field, position }: Required<Omit<AskedNumber, 'to'>>,
): { number: string; grid: string | undefined } | undefined {
  const resident = model.residents.get(about);
  const building = model.buildings.get(about);
  const grid = building?.grid ?? gridOfScope(model.scopes.get(about) ?? '');
  const phone = building ? building.head?.phone : resident?.phones?.[position];
  const number = field === 'phone' ? phone : resident?.[field];
  return number === undefined || number === '' ? undefined : { number, grid };
}
