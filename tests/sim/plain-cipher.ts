// A cipher that hides nothing and makes the same bytes twice: what stands in a sealed row can be looked at by the
// checks, and a record in another's place is still found out.
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Cipher } from '#lib/storage/sealing.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const END = 10;

export const plainCipher: Cipher = {
  async seal(plain, place) {
    const head = encoder.encode(`${place}\n`);
    const sealed = new Uint8Array(head.length + plain.length);
    sealed.set(head);
    sealed.set(plain, head.length);
    return sealed;
  },
  async unseal(sealed, place) {
    const end = sealed.indexOf(END);
    if (decoder.decode(sealed.subarray(0, end)) !== place)
      throw new StorageFault('tampered', `not what was sealed in ${place}`);
    return sealed.slice(end + 1);
  },
};

/** What stands in a row sealed by `plainCipher`. */
export function lookInto<T>(sealed: Uint8Array): T {
  return JSON.parse(decoder.decode(bytesIn(sealed))) as T;
}

export function bytesIn(sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sealed.subarray(sealed.indexOf(END) + 1));
}
