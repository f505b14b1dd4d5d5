// The file in which an administrator keeps the organisation's private key, sealed under a passphrase (PBKDF2-SHA256, 600,000
// rounds, OWASP Password Storage Cheat Sheet; AES-256-GCM). Invariants: the key never stands in a file unsealed; what is
// written is readable by its owner alone, on the disk before it is said to be, and never takes the place of another file.
import { Buffer } from 'node:buffer';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { keyIdOf } from '#lib/storage/envelope-keys.ts';
import { AdminError } from './admin-command.ts';
import { keyWords as words } from './key-words.ts';

/** Of every new key from a passphrase. */
export const ROUNDS = 600_000;
const NONCE_BYTES = 12;
const WHAT = 'qiaomen organisation private key';
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
export const LEAST_PASSPHRASE = 12;

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const fileSchema = z.object({
  what: z.literal(WHAT),
  version: z.literal(1),
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.string(),
  rounds: z.number().int().min(100_000).max(10_000_000),
  salt: bytes,
  /** Nonce (12 bytes), then the key as PKCS #8, sealed. */
  sealed: bytes,
});

/** A pair as it was made: `publicKey` is the uncompressed point in base64, `keyId` half its SHA-256. */
export interface OrganisationKeys {
  keyId: string;
  publicKey: string;
  privateKey: CryptoKey;
}

export async function newOrganisationKeys(): Promise<OrganisationKeys> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const point = await crypto.subtle.exportKey('raw', pair.publicKey);
  return {
    keyId: await keyIdOf(crypto, new Uint8Array(point)),
    publicKey: Buffer.from(point).toString('base64'),
    privateKey: pair.privateKey,
  };
}

/** AES-256-GCM by PBKDF2-SHA256; the same passphrase however it was composed (NFC). */
export async function sealingKey(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number) {
  const secret = new TextEncoder().encode(passphrase.normalize('NFC'));
  const material = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}

const sealing = (iv: Uint8Array<ArrayBuffer>, keyId: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(`${WHAT}|${keyId}`),
});

/** Throws an `AdminError` where there is such a file already, or none can be written. */
export async function writePrivateKey(
  file: string,
  keys: OrganisationKeys,
  { passphrase, now }: { passphrase: string; now: string },
): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  const by = await sealingKey(passphrase, salt, ROUNDS);
  const ciphertext = await crypto.subtle.encrypt(sealing(nonce, keys.keyId), by, plain);
  new Uint8Array(plain).fill(0);
  const content = {
    what: WHAT,
    version: 1,
    keyId: keys.keyId,
    createdAt: now,
    rounds: ROUNDS,
    salt: Buffer.from(salt).toString('base64'),
    sealed: Buffer.concat([nonce, new Uint8Array(ciphertext)]).toString('base64'),
  };
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(path.dirname(file));
  } catch (fault) {
    const { code = '' } = fault as NodeJS.ErrnoException;
    if (code !== 'EEXIST') await rm(file, { force: true });
    throw new AdminError(code === 'EEXIST' ? words.fileThere(file) : words.cannotWrite(file, code));
  }
}

/** Its name in the folder, too, is on the disk; where a system cannot do that for folders, it does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Throws an `AdminError` where the file does not give the private half of what is about to be published. */
export async function checkPrivateKey(
  file: string,
  { publicKey }: Pick<OrganisationKeys, 'publicKey'>,
  passphrase: string,
): Promise<void> {
  const { privateKey } = await readPrivateKey(file, () => Promise.resolve(passphrase));
  const [mine, theirs] = await Promise.all([
    crypto.subtle.generateKey(CURVE, false, ['deriveBits']),
    crypto.subtle.importKey('raw', Buffer.from(publicKey, 'base64'), CURVE, false, []),
  ]);
  const bits = (own: CryptoKey, other: CryptoKey) =>
    crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own, 256);
  const [here, there] = [await bits(privateKey, mine.publicKey), await bits(mine.privateKey, theirs)];
  if (!Buffer.from(here).equals(Buffer.from(there))) throw new AdminError(words.noKeyFile(file));
}

/** A private key out of its file. */
export interface OpenedKey {
  keyId: string;
  /** For `deriveBits`; cannot be exported. */
  privateKey: CryptoKey;
}

/** Throws an `AdminError`: no such file, no such key, wrong passphrase. */
export async function readPrivateKey(file: string, askPassphrase: () => Promise<string>): Promise<OpenedKey> {
  const { keyId, rounds, salt, sealed } = await readKeyFile(file);
  const by = await sealingKey(await askPassphrase(), salt, rounds);
  const nonce = sealed.slice(0, NONCE_BYTES);
  let plain;
  try {
    plain = await crypto.subtle.decrypt(sealing(nonce, keyId), by, sealed.slice(NONCE_BYTES));
  } catch {
    throw new AdminError(words.wrongPassphrase(file));
  }
  const privateKey = await crypto.subtle.importKey('pkcs8', plain, CURVE, false, ['deriveBits']);
  new Uint8Array(plain).fill(0);
  return { keyId, privateKey };
}

async function readKeyFile(file: string): Promise<z.infer<typeof fileSchema>> {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (fault) {
    throw new AdminError(words.cannotRead(file, (fault as NodeJS.ErrnoException).code ?? ''));
  }
  const read = fileSchema.safeParse(jsonOf(text));
  if (read.success) return read.data;
  throw new AdminError(words.noKeyFile(file));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
