// Makes documents of an invented community: ids and heads from the chance and the day, never from a clock.
// Invariant: no id is made twice, and no two people have one ID number.
import { headOf } from '#lib/domain/document-head.ts';
import { newDocumentId } from '#lib/domain/document-id.ts';
import { addDays, beijingInstant, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';
import type { Chance } from './chance.ts';
import { inventedIdNumber } from './invented-id-number.ts';
import type { Sex } from './person-name.ts';

/** What invented documents carry as their tablet. */
const DEMO_DEVICE = 'demo';

export interface Maker {
  today: IsoDate;
  /** Id and head of a new document of this type, written by `by` at `at`. */
  head(type: string, by: string, at: IsoInstant): { _id: string } & ReturnType<typeof headOf>;
  idNumber(birth: IsoDate, sex: Sex): string;
}

export function makerOf(chance: Chance, today: IsoDate): Maker {
  const serials = new Map<string, number>();
  return {
    today,
    head(type, by, at) {
      const source = { nowMs: () => Date.parse(at), randomBytes: (length: number) => chance.bytes(length) };
      return {
        _id: newDocumentId(type, source),
        ...headOf({ person: by, device: DEMO_DEVICE, now: at }, source),
      };
    },
    idNumber(birth, sex) {
      const key = `${birth}${sex}`;
      const serial = serials.get(key) ?? chance.int(0, 200);
      serials.set(key, serial + 1);
      return inventedIdNumber(birth, sex, serial);
    },
  };
}

/** A birthday of somebody who is so old today, two days ago at the latest: who is in the roster was registered. */
export function birthOf(age: number, today: IsoDate, chance: Chance): IsoDate {
  const day = today.slice(4) === '-02-29' ? '-02-28' : today.slice(4);
  return addDays(`${Number(today.slice(0, 4)) - age}${day}`, -chance.int(2, 364));
}

/** An instant in working hours of a Beijing day. */
export function workingInstant(day: IsoDate, chance: Chance): IsoInstant {
  const hour = chance.pick([9, 9, 10, 10, 11, 14, 15, 15, 16]);
  return beijingInstant(
    day,
    `${String(hour).padStart(2, '0')}:${String(chance.int(0, 59)).padStart(2, '0')}`,
  );
}
