// Data keys and their wraps (security.md 2): one random AES-256-GCM key per person and device, wrapped by a key derived
// from her password (PBKDF2-SHA256, 600,000 rounds, OWASP Password Storage Cheat Sheet), for the shift also by one from
// her PIN. Invariants: what is used to seal and unseal cannot be exported; a wrap opens for its person and purpose alone.
import type { Sealed } from './rows.ts';

export const PASSWORD_ROUNDS = 600_000;
/** A wrap that says more, or none, is not tried: it would keep her out for hours, or break. Fewer make another key. */
const MOST_ROUNDS = 10_000_000;

export interface WrappedKey {
  /** 16 random bytes. */
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
  /** Nonce (12 bytes), then the wrapped key. */
  wrapped: Sealed;
}

/** What a wrap is bound to: whose it is, and what opens it. */
export interface WrapPurpose {
  userName: string;
  by: 'password' | 'pin';
}

const DATA_KEY = { name: 'AES-GCM', length: 256 };
const NONCE_BYTES = 12;
const encoder = new TextEncoder();

/** A new data key that can be wrapped. Use `forUse` of it to seal with. */
export function newDataKey(source: Crypto): Promise<CryptoKey> {
  return source.subtle.generateKey(DATA_KEY, true, ['encrypt', 'decrypt']);
}

/** The same key, which cannot be exported nor wrapped. */
export async function forUse(source: Crypto, key: CryptoKey): Promise<CryptoKey> {
  const raw = await source.subtle.exportKey('raw', key);
  const usable = await source.subtle.importKey('raw', raw, DATA_KEY, false, ['encrypt', 'decrypt']);
  new Uint8Array(raw).fill(0);
  return usable;
}

interface Derivation {
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
}

async function wrappingKey(source: Crypto, secret: string, { salt, rounds }: Derivation): Promise<CryptoKey> {
  const material = await source.subtle.importKey(
    'raw',
    encoder.encode(secret.normalize('NFC')),
    'PBKDF2',
    false,
    ['deriveKey'],
  );
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return source.subtle.deriveKey(derivation, material, DATA_KEY, false, ['wrapKey', 'unwrapKey']);
}

function wrapping(iv: Uint8Array<ArrayBuffer>, purpose: WrapPurpose) {
  return { name: 'AES-GCM', iv, additionalData: encoder.encode(`${purpose.by}|${purpose.userName}`) };
}

export interface KeyWrapping {
  source: Crypto;
  purpose: WrapPurpose;
  secret: string;
}

export async function wrapDataKey(
  { source, purpose, secret }: KeyWrapping,
  key: CryptoKey,
  rounds: number,
): Promise<WrappedKey> {
  const salt = source.getRandomValues(new Uint8Array(16));
  const nonce = source.getRandomValues(new Uint8Array(NONCE_BYTES));
  const by = await wrappingKey(source, secret, { salt, rounds });
  const bytes = await source.subtle.wrapKey('raw', key, by, wrapping(nonce, purpose));
  const wrapped = new Uint8Array(NONCE_BYTES + bytes.byteLength);
  wrapped.set(nonce);
  wrapped.set(new Uint8Array(bytes), NONCE_BYTES);
  return { salt, rounds, wrapped };
}

/** The data key, to be wrapped again (`forUse` of it to seal with); undefined where the secret is wrong. */
export async function unwrapDataKey(
  { source, purpose, secret }: KeyWrapping,
  from: WrappedKey,
): Promise<CryptoKey | undefined> {
  if (!Number.isSafeInteger(from.rounds) || from.rounds < 1 || from.rounds > MOST_ROUNDS) return undefined;
  const by = await wrappingKey(source, secret, from);
  const algorithm = wrapping(from.wrapped.slice(0, NONCE_BYTES), purpose);
  const bytes = from.wrapped.slice(NONCE_BYTES);
  try {
    return await source.subtle.unwrapKey('raw', bytes, by, algorithm, DATA_KEY, true, ['encrypt', 'decrypt']);
  } catch (error) {
    if (error instanceof Error && error.name === 'OperationError') return undefined;
    throw error;
  }
}
