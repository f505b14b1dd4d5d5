// How a tablet is named, apart from what is kept of it: the first script of the worker needs no schema. Invariant: an id says
// nothing; whoever holds it holds the tablet, or its disk.

/** By which a tablet names itself with every request. */
export const TABLET_HEADER = 'x-qiaomen-tablet';
/** What a tablet asks without a session: `GET` what stands against it, `POST` that it is wiped. */
export const TABLET_PATH = '_tablet';
/** `error` of the answer to a tablet that is to be wiped; its status is 410. */
export const TABLET_LOST = 'tablet_lost';

/** Eight digits that people read to one another, and 64 random bits. */
const TABLET_ID = /^(\d{4})(\d{4})-[0-9a-f]{16}$/;
export const isTabletId = (text: string): boolean => TABLET_ID.test(text);
export const tabletCardId = (tablet: string): string => `tablet:${tablet}`;

/** 4829-1307: what its screen shows and an administrator types. */
export function tabletNumber(tablet: string): string {
  const [, first = '', second = ''] = TABLET_ID.exec(tablet) ?? [];
  return `${first}-${second}`;
}

/** `bytes`: at least 12, random. */
export function newTabletId(bytes: Uint8Array): string {
  const digits = Array.from(bytes.slice(0, 4), (byte) => String(byte % 100).padStart(2, '0')).join('');
  const secret = Array.from(bytes.slice(4, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${digits}-${secret}`;
}
