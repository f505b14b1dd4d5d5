// What a row says of the room itself: lived in by its owner, let, empty; its size; who lets it.
import { readPhones } from '../phone.ts';
import type { RoomState } from '../place.ts';
import type { RosterRoom, Tell } from './roster-record.ts';
import type { RosterRow } from './roster-row.ts';
import { roomStateIn, saysVacant } from './roster-vocabulary.ts';

/** Only what is written: a room of which nothing is said is not thereby its owner's. */
export function roomOf(row: RosterRow, tell: Tell): RosterRoom {
  const area = areaOf(row, tell);
  const name = row.text('landlord');
  const { phones } = readPhones(row.text('landlordPhone'));
  const landlord = { ...(name === '' ? {} : { name }), ...(phones.length > 0 ? { phones } : {}) };
  const state = stateOf(row);
  return {
    ...(state ? { state } : {}),
    ...(area === undefined ? {} : { areaSquareMetres: area }),
    ...(Object.keys(landlord).length > 0 ? { landlord } : {}),
  };
}

function stateOf(row: RosterRow): RoomState | undefined {
  const written = row.text('roomState');
  if (saysVacant(written) || saysVacant(row.text('residence'))) return 'vacant';
  return roomStateIn(written) ?? roomStateIn(row.text('note'));
}

function areaOf(row: RosterRow, tell: Tell): number | undefined {
  const written = row
    .text('area')
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/(?:平方米|平米|平|㎡|m2)$/i, '');
  if (written === '') return undefined;
  const area = Number(written);
  if (area > 0 && area < 100_000) return area;
  tell('area', { kind: 'areaWrong' });
  return undefined;
}
