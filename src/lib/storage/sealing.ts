// Sealing of records: AES-256-GCM, a fresh nonce each, the record's place as additional data, so that a ciphertext is
// good in its own place and nowhere else (security.md 2). Never called inside a transaction.
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Sealed } from './rows.ts';

/** Seals bytes into a place and opens them there. The simulator brings its own, that makes the same history twice. */
export interface Cipher {
  seal(plain: Uint8Array<ArrayBuffer>, place: string): Promise<Sealed>;
  /** Throws a StorageFault `tampered` where the bytes are not what was sealed in this place under this key. */
  unseal(sealed: Sealed, place: string): Promise<Uint8Array<ArrayBuffer>>;
}

const NONCE_BYTES = 12;
/** Changes with what stands inside a sealed record. */
const SEAL_FORMAT = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function aesGcmCipher(key: CryptoKey, source: Crypto = crypto): Cipher {
  return {
    async seal(plain, place) {
      const nonce = source.getRandomValues(new Uint8Array(NONCE_BYTES));
      const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(place) };
      const ciphertext = await source.subtle.encrypt(algorithm, key, plain);
      const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
      sealed.set(nonce);
      sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
      return sealed;
    },
    async unseal(sealed, place) {
      const iv = sealed.subarray(0, NONCE_BYTES);
      const algorithm = { name: 'AES-GCM', iv, additionalData: encoder.encode(place) };
      try {
        return new Uint8Array(await source.subtle.decrypt(algorithm, key, sealed.subarray(NONCE_BYTES)));
      } catch (error) {
        throw new StorageFault('tampered', `not what was sealed in ${place}`, error);
      }
    },
  };
}

/** Where a record stands: table, scope, id, revision. What has no scope or revision leaves it empty. */
export interface Place {
  table:
    | 'documents'
    | 'bundles'
    | 'edits'
    | 'answers'
    | 'leaves'
    | 'confirmed'
    | 'rejections'
    | 'drafts'
    | 'photos'
    | 'photoBytes'
    | 'meta';
  scope?: string;
  id: string;
  rev?: string;
}
const placeName = ({ table, scope = '', id, rev = '' }: Place) =>
  `${table}|${scope}|${id}|${rev}|${SEAL_FORMAT}`;

export const sealBytes = (cipher: Cipher, place: Place, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> =>
  cipher.seal(bytes, placeName(place));

export const unsealBytes = (cipher: Cipher, place: Place, sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> =>
  cipher.unseal(sealed, placeName(place));

export function sealJson(cipher: Cipher, place: Place, value: unknown): Promise<Sealed> {
  return cipher.seal(encoder.encode(JSON.stringify(value)), placeName(place));
}

/** The caller names the type: what was sealed in this place was written by this build or an older one of known schema. */
export async function unsealJson<T>(cipher: Cipher, place: Place, sealed: Sealed): Promise<T> {
  return JSON.parse(decoder.decode(await cipher.unseal(sealed, placeName(place)))) as T;
}
