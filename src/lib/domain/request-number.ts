// 受理号: `999999001001-261122-03-07`, community, Beijing day, block, serial of that day; told as `1122-03-07` (domain.md 2.1, 7).
// Invariant: a block is one person's on one tablet, given once by the community's database (number-block.ts), and within it a
// serial of a day is given once: no two tablets make the same number, with or without a network.
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';
import type { IsoDate } from './time.ts';

/** That block `block` of a community belongs to the tablet (`device`) and person (`createdBy`) of its head. An event. */
export const numberBlockSchema = z.looseObject({
  ...documentHead,
  type: z.literal('number-block'),
  /** 12 digits; the scope it stands in. */
  community: z.string(),
  block: z.number().check(z.int(), z.minimum(1)),
});
export type NumberBlock = z.infer<typeof numberBlockSchema>;

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** The same for everybody who wants this block, so that only one can have it. */
export const numberBlockId = (block: number) => `number-block:${twoDigits(block)}`;

export interface NumberParts {
  /** 12 digits. */
  community: string;
  on: IsoDate;
  block: number;
  /** From 1, each day. */
  serial: number;
}

export const requestNumber = ({ community, on, block, serial }: NumberParts): string =>
  `${community}-${on.slice(2).replaceAll('-', '')}-${twoDigits(block)}-${twoDigits(serial)}`;

/** As it is said and written on a slip: month and day, block, serial. */
export const shortNumber = (number: string): string => number.slice(number.indexOf('-') + 3);

/** Whether somebody who types this may mean that number: any part of it, with or without the hyphens. */
export function numberMatches(number: string, typed: string): boolean {
  const wanted = typed.replace(/[\s–—-]/g, '');
  return wanted !== '' && (number.includes(typed) || number.replaceAll('-', '').includes(wanted));
}
