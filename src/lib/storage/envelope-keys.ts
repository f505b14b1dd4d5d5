// How the key of an envelope comes about: ECDH on P-256 between an ephemeral pair and the organisation's, then HKDF-SHA256
// (RFC 5869) with the ephemeral point as salt and the envelope's place and key id as info, to AES-256-GCM. Invariant: two
// envelopes sealed at once share an ephemeral pair, and a key only where they are two of one revision.
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const SECRET_BITS = 256;
const encoder = new TextEncoder();

/** Throws a DOMException where the bytes are no point of the curve. */
export function importPoint(source: Crypto, point: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return source.subtle.importKey('raw', point, CURVE, true, []);
}

/** The id a public key goes by: see `organisationKeySchema`. */
export async function keyIdOf(source: Crypto, point: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexadecimal(new Uint8Array(await source.subtle.digest('SHA-256', point)).subarray(0, 16));
}

export async function newEphemeral(source: Crypto): Promise<CryptoKeyPair> {
  return (await source.subtle.generateKey(CURVE, false, ['deriveBits'])) as CryptoKeyPair;
}

/** What both sides can come to, each with its own private half. */
export async function sharedSecret(
  source: Crypto,
  privateKey: CryptoKey,
  publicKey: CryptoKey,
): Promise<CryptoKey> {
  const bits = await source.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, SECRET_BITS);
  const secret = await source.subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  new Uint8Array(bits).fill(0);
  return secret;
}

/** `binding`: the envelope's (protocol/envelope.ts). */
export function envelopeKey(
  source: Crypto,
  secret: CryptoKey,
  { ephemeral, binding }: { ephemeral: Uint8Array<ArrayBuffer>; binding: string },
): Promise<CryptoKey> {
  const info = encoder.encode(`qiaomen envelope|${binding}`);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: ephemeral, info };
  return source.subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}
