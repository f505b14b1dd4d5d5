// Telephone numbers as people write them: two in a cell, full width, with blanks and hyphens, landlines with their area
// code. Invariant: what is not surely a number is handed back as refused, never bent into one.

export interface PhonesRead {
  /** `13812345678`, `0531-80297299`, `0531-80297299-8001`, `80297299`; each once, in order. */
  phones: string[];
  /** Parts with digits in them that are no telephone number. */
  refused: string[];
}

const MOBILE = /^1[3-9]\d{9}$/;
/** 010 and 02x have eight digits after them, the others seven or eight. */
const LANDLINE = /^(010|02\d)(\d{8})(#\d{1,6})?$|^(0[3-9]\d{2})(\d{7,8})(#\d{1,6})?$/;
const LOCAL = /^[2-8]\d{6,7}(#\d{1,6})?$/;

/** Reads a cell. Words beside a number (儿子, 家) separate numbers and are dropped. */
export function readPhones(written: string | number): PhonesRead {
  const text = String(written)
    .normalize('NFKC')
    .replace(/(?:转|分机|ext\.?)\s*(\d{1,6})/gi, '#$1');
  const read: PhonesRead = { phones: [], refused: [] };
  for (const part of text.split(/[^\d+#\s().—–-]+/)) {
    for (const piece of piecesOf(part)) {
      const phone = onePhone(piece);
      if (phone === undefined) read.refused.push(piece);
      else if (!read.phones.includes(phone)) read.phones.push(phone);
    }
  }
  return read;
}

/** The part as one number if it is one, else what stands between its blanks. */
function piecesOf(part: string): string[] {
  if (!/\d/.test(part)) return [];
  if (onePhone(part) !== undefined) return [part.trim()];
  return part.split(/\s+/).filter((piece) => /\d/.test(piece));
}

function onePhone(piece: string): string | undefined {
  const digits = piece
    .trim()
    .replace(/^((?:0\d{2,3}-)?\d{7,8})-(\d{1,6})$/, '$1#$2')
    .replace(/[\s().—–-]/g, '')
    .replace(/^(?:\+|00)86/, '');
  if (MOBILE.test(digits)) return digits;
  const [, city, cityNumber, cityInner, area, areaNumber, areaInner] = LANDLINE.exec(digits) ?? [];
  const extension = (cityInner ?? areaInner ?? '').replace('#', '-');
  if (city !== undefined) return `${city}-${cityNumber}${extension}`;
  if (area !== undefined) return `${area}-${areaNumber}${extension}`;
  return LOCAL.test(digits) ? digits.replace('#', '-') : undefined;
}

/** `138****1234`, `0531-****7299`: the last four stay. */
export function maskPhone(phone: string): string {
  if (MOBILE.test(phone)) return `${phone.slice(0, 3)}****${phone.slice(7)}`;
  const [, area = '', number = ''] = /^(0\d{2,3}-)?(\d{7,8})/.exec(phone) ?? [];
  if (number === '') return '*'.repeat(phone.length);
  return area + '*'.repeat(number.length - 4) + number.slice(-4);
}
