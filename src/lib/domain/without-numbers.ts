// Numbers of people in what somebody wrote freely: a remark, a note about a door. Invariant: what may be an identity or a
// telephone number is masked as it is elsewhere; house numbers, dates and amounts stay.
import { maskIdNumber } from './id-number.ts';
import { maskPhone } from './phone.ts';

/** 17 digits and a check character; then mobiles; then landlines with their area code. Full width is told as half width. */
const ID_NUMBER = /(?<!\d)\d{17}[\dXx](?!\d)/g;
const MOBILE = /(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)/g;
const LANDLINE = /(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)/g;

/** The text with such numbers masked: `女儿 138****1234`. */
export function withoutNumbers(text: string): string {
  if (!/[\d０-９]{7}|[\d０-９][-\s][\d０-９]{4}/.test(text)) return text;
  const plain = text.replace(/[０-９Ｘｘ]/g, (sign) => sign.normalize('NFKC'));
  return plain
    .replace(ID_NUMBER, (number) => maskIdNumber(number.toUpperCase()))
    .replace(MOBILE, (number) => maskPhone(number.replace(/\D/g, '').slice(-11)))
    .replace(LANDLINE, (number) => maskPhone(number.replace(/^(010|02\d|0[3-9]\d{2})-?/, '$1-')));
}
