// Who somebody is by the sheet: number, sex, day of birth, and how they agree. Invariant: a person without a right
// number is kept without one; sex and birth missing in the sheet are taken from a right number, which contains them.
import { codeOf } from '../code-sets.ts';
import { readIdNumber } from '../id-number.ts';
import type { IsoDate } from '../time.ts';
import { readWrittenDate } from '../written-date.ts';
import type { ResidentFacts, Tell } from './roster-record.ts';
import type { RosterRow } from './roster-row.ts';
import type { RosterCell } from './roster-sheet.ts';
import { cellText } from './roster-sheet.ts';
import { saysNoNumber, type RosterField } from './roster-vocabulary.ts';

export type Identity = Pick<ResidentFacts, 'idType' | 'idNumber' | 'documentNumber' | 'sex' | 'birth'>;

const RESIDENT_IDENTITY_CARD = '111';
/** Above this a spreadsheet's number has lost its last digits: it keeps fifteen. */
const MOST_EXACT = 999_999_999_999_999;

export function readIdentity(row: RosterRow, tell: Tell): Identity {
  const sex = sexOf(row, tell);
  const birth = dayOf(row, 'birth', tell);
  const idType = row.text('idType') === '' ? undefined : codeOf('idType', row.text('idType'));
  if (row.text('idType') !== '' && idType === undefined) {
    tell('idType', { kind: 'wordUnknown', field: 'idType', written: row.text('idType') });
  }
  const stated = { ...(sex ? { sex } : {}), ...(birth ? { birth } : {}), ...(idType ? { idType } : {}) };
  if (idType !== undefined && idType !== RESIDENT_IDENTITY_CARD) {
    const number = row.text('idNumber').normalize('NFKC').replace(/\s/g, '').toUpperCase();
    return { ...stated, ...(number === '' || saysNoNumber(number) ? {} : { documentNumber: number }) };
  }
  const read = readNumber(row.raw('idNumber'), { today: row.today, sex });
  if ('kind' in read) {
    if (row.has('idNumber')) tell('idNumber', read);
    return stated;
  }
  if (read.warnings.includes('sex-differs')) tell('sex', { kind: 'sexDiffers' });
  if (birth !== undefined && birth !== read.birth) tell('birth', { kind: 'birthDiffers' });
  return { idType: RESIDENT_IDENTITY_CARD, idNumber: read.number, sex: sex ?? read.sex, birth: read.birth };
}

function readNumber(cell: RosterCell, known: { today: IsoDate; sex: string | undefined }) {
  const text = cellText(cell);
  if (text === '' || saysNoNumber(text)) return { kind: 'idMissing' } as const;
  if (typeof cell === 'number' && cell > MOST_EXACT) return { kind: 'idLostDigits' } as const;
  if (/^\d(?:\.\d+)?E\+\d+$/i.test(text)) return { kind: 'idLostDigits' } as const;
  const reading = readIdNumber(text, known);
  if (reading.outcome === 'valid') return reading;
  if (reading.reason === 'empty') return { kind: 'idMissing' } as const;
  return { kind: 'idWrong', reason: reading.reason } as const;
}

function sexOf(row: RosterRow, tell: Tell): ResidentFacts['sex'] {
  const written = row.text('sex');
  if (written === '') return undefined;
  const code = codeOf('sex', written) as ResidentFacts['sex'];
  if (code === undefined) tell('sex', { kind: 'wordUnknown', field: 'sex', written });
  return code;
}

/** The day in a cell; told where something stands there that is none. */
export function dayOf(row: RosterRow, field: RosterField, tell: Tell): IsoDate | undefined {
  const cell = row.raw(field);
  if (cellText(cell) === '' || saysNoNumber(cellText(cell))) return undefined;
  const written = typeof cell === 'number' ? cell : cellText(cell);
  const reading = readWrittenDate(written, { latest: row.today, dateSystem: row.dateSystem });
  if (reading.outcome === 'read') return reading.date;
  if (reading.reason !== 'empty') tell(field, { kind: 'dateWrong', field, reason: reading.reason });
  return undefined;
}
