// How a backup is sealed: in chunks, one after the other, by AES-256-GCM under a key of this file alone (the STREAM
// construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015: nonce and associated data count the chunks, the last one is
// marked). Invariants: a chunk opens in its own file, at its own place, only; a file that was cut, lengthened or put in
// another order is refused; no two chunks share key and nonce, as no two files share a key.
import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import { envelopeKey, importPoint, keyIdOf, newEphemeral, sharedSecret } from '#lib/storage/envelope-keys.ts';
import { AdminError } from '../admin-command.ts';
import { ROUNDS, sealingKey, type OpenedKey } from '../private-key-file.ts';
import type { BackupHeader } from './backup-header.ts';
import { backupWords as words } from './backup-words.ts';

export interface ChunkPlace {
  /** From 0. */
  number: number;
  isLast: boolean;
}

export interface ChunkSeal {
  seal(plain: Buffer, place: ChunkPlace): Promise<Buffer>;
  /** Undefined where it is none of this file at this place. */
  open(sealed: Buffer, place: ChunkPlace): Promise<Buffer | undefined>;
}

export type SealedBy = BackupHeader['sealedBy'];
/** Made once the header's line is fixed, to which every chunk is bound. */
export type SealFor = (headerLine: string) => ChunkSeal;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

export interface NewSeal {
  sealedBy: SealedBy;
  sealFor: SealFor;
}

export async function sealByPassphrase(passphrase: string, rounds = ROUNDS): Promise<NewSeal> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await sealingKey(passphrase, salt, rounds);
  const sealedBy = { by: 'passphrase' as const, rounds, salt: base64(salt) };
  return { sealedBy, sealFor: aesGcm(key) };
}

/** To the holder of the private key; whoever makes the backup cannot open it. Throws an `AdminError` for a forged key. */
export async function sealToOrganisation(
  organisation: { keyId: string; key: string },
  id: string,
): Promise<NewSeal> {
  const point = bytesOf(organisation.key);
  if ((await keyIdOf(crypto, point)) !== organisation.keyId)
    throw new AdminError(words.forgedKey(organisation.keyId));
  const pair = await newEphemeral(crypto);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const secret = await sharedSecret(crypto, pair.privateKey, await importPoint(crypto, point));
  const { keyId } = organisation;
  const key = await envelopeKey(crypto, secret, { ephemeral, binding: bindingOf(id, keyId) });
  return { sealedBy: { by: 'organisation-key', keyId, ephemeral: base64(ephemeral) }, sealFor: aesGcm(key) };
}

const bindingOf = (id: string, keyId: string) => `backup|${id}|${keyId}`;

/** Not sealed at all: digests in the place of tags find accidents, and no forger. */
export function sealByNothing(): NewSeal {
  return { sealedBy: { by: 'nothing' }, sealFor: digested };
}

export interface Openers {
  passphrase(): Promise<string>;
  /** Of the file named with `--key`; undefined where none was. */
  privateKey(): Promise<OpenedKey | undefined>;
}

/** Throws an `AdminError` where what opens it was not given. A wrong passphrase shows at the first chunk. */
export async function sealOf({ id, sealedBy }: BackupHeader, openers: Openers): Promise<SealFor> {
  switch (sealedBy.by) {
    case 'nothing':
      return digested;
    case 'passphrase': {
      const passphrase = await openers.passphrase();
      return aesGcm(await sealingKey(passphrase, bytesOf(sealedBy.salt), sealedBy.rounds));
    }
    case 'organisation-key': {
      const key = await openers.privateKey();
      if (!key) throw new AdminError(words.keyFileNeeded(sealedBy.keyId));
      if (key.keyId !== sealedBy.keyId) throw new AdminError(words.otherKey(sealedBy.keyId, key.keyId));
      const ephemeral = bytesOf(sealedBy.ephemeral);
      const secret = await sharedSecret(crypto, key.privateKey, await importPoint(crypto, ephemeral));
      const { keyId } = sealedBy;
      return aesGcm(await envelopeKey(crypto, secret, { ephemeral, binding: bindingOf(id, keyId) }));
    }
  }
}

const placed = (header: Buffer, { number, isLast }: ChunkPlace) =>
  Buffer.concat([header, Buffer.from(`|${number}|${isLast ? 'last' : 'more'}`)]);

const digestOf = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function aesGcm(key: CryptoKey): SealFor {
  return (headerLine) => {
    const header = digestOf(Buffer.from(headerLine));
    const parameters = (place: ChunkPlace) => {
      const iv = new Uint8Array(12);
      new DataView(iv.buffer).setUint32(8, place.number);
      return { name: 'AES-GCM', iv, additionalData: new Uint8Array(placed(header, place)) };
    };
    return {
      seal: async (plain, place) =>
        Buffer.from(await crypto.subtle.encrypt(parameters(place), key, new Uint8Array(plain))),
      open: (sealed, place) =>
        crypto.subtle.decrypt(parameters(place), key, new Uint8Array(sealed)).then(
          (plain) => Buffer.from(plain),
          () => undefined,
        ),
    };
  };
}

const DIGEST_BYTES = 32;

const digested: SealFor = (headerLine) => {
  const header = digestOf(Buffer.from(headerLine));
  const tag = (plain: Buffer, place: ChunkPlace) => digestOf(placed(header, place), plain);
  return {
    seal: (plain, place) => Promise.resolve(Buffer.concat([plain, tag(plain, place)])),
    open(sealed, place) {
      if (sealed.length < DIGEST_BYTES) return Promise.resolve(undefined);
      const plain = sealed.subarray(0, -DIGEST_BYTES);
      const isWhole = timingSafeEqual(tag(plain, place), sealed.subarray(-DIGEST_BYTES));
      return Promise.resolve(isWhole ? plain : undefined);
    },
  };
};
