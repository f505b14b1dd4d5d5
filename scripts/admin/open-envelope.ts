// Opens what a tablet sealed to the organisation (protocol/envelope.ts). Anybody can seal to a public key: what comes out is
// as trustworthy as a file from a stranger, and is parsed as such. Invariant: an envelope opens in its own place only, and
// what it says is of the revision it is named by.
import { Buffer } from 'node:buffer';
import * as z from 'zod';
import {
  envelopeBinding,
  photoBytesBinding,
  type EnvelopePlace,
  type RowEnvelope,
} from '#lib/protocol/envelope.ts';
import { PHOTO_ATTACHMENT } from '#lib/domain/photo.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { generationOf, nextRevision } from '#lib/protocol/revision.ts';
import { envelopeKey, importPoint, sharedSecret } from '#lib/storage/envelope-keys.ts';
import type { OpenedKey } from './private-key-file.ts';

const NONCE_BYTES = 12;
const revision = z.string().regex(/^[1-9]\d{0,8}-[0-9A-Za-z]{1,64}$/);
const contentSchema = z.object({
  path: z.array(revision).min(1).max(1_000),
  body: z.looseObject({ _id: z.string(), type: z.string().optional() }),
  savedAt: z.number(),
  photo: z.object({ digest: z.string(), key: z.base64().length(44) }).optional(),
});
type Content = z.infer<typeof contentSchema>;

/** As it travels: in a rescue file, or as a document of the server. */
export interface SealedEnvelope extends EnvelopePlace, RowEnvelope {
  /** Of a photo: its bytes, as they lay on the tablet. */
  bytes?: Uint8Array<ArrayBuffer>;
}

export interface OpenedEnvelope extends EnvelopePlace {
  path: string[];
  body: Content['body'];
  photo?: { digest: string; bytes: Uint8Array<ArrayBuffer> };
}

export type Opening =
  | { outcome: 'opened'; envelope: OpenedEnvelope }
  /** Sealed to another key, which may be a former one. */
  | { outcome: 'other-key'; keyId: string }
  /** Altered, cut short, or not what a tablet of this product seals. */
  | { outcome: 'damaged' };

export async function openEnvelope(key: OpenedKey, sealed: SealedEnvelope): Promise<Opening> {
  if (sealed.keyId !== key.keyId) return { outcome: 'other-key', keyId: sealed.keyId };
  const content = await contentOf(key, sealed).catch(() => undefined);
  if (!content || !isOf(sealed, content)) return { outcome: 'damaged' };
  const { kind, scope, id, rev } = sealed;
  const { path, body } = content;
  const opened = { kind, scope, id, rev, path, body };
  if (kind === 'document')
    return isRevisionOf(sealed, content) ? { outcome: 'opened', envelope: opened } : { outcome: 'damaged' };
  const photo = await photoOf(sealed, content.photo).catch(() => undefined);
  if (photo && !isRevisionOf(sealed, content, photo.digest)) return { outcome: 'damaged' };
  return photo ? { outcome: 'opened', envelope: { ...opened, photo } } : { outcome: 'damaged' };
}

/** Throws where it does not open, or is no such thing. */
export async function contentOf(key: OpenedKey, sealed: SealedEnvelope): Promise<Content> {
  const { ephemeral, keyId } = sealed;
  const secret = await sharedSecret(crypto, key.privateKey, await importPoint(crypto, ephemeral));
  const binding = envelopeBinding(sealed, keyId);
  const own = await envelopeKey(crypto, secret, { ephemeral, binding });
  const plain = await decrypt(own, sealed.sealed, binding);
  return contentSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
}

async function photoOf(
  { id, bytes: sealed }: SealedEnvelope,
  named: Content['photo'],
): Promise<OpenedEnvelope['photo']> {
  if (!named || !sealed) return undefined;
  const raw = new Uint8Array(Buffer.from(named.key, 'base64'));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const bytes = new Uint8Array(await decrypt(key, sealed, photoBytesBinding(id)));
  return attachmentDigest(bytes) === named.digest ? { digest: named.digest, bytes } : undefined;
}

function decrypt(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>, binding: string): Promise<ArrayBuffer> {
  const algorithm = {
    name: 'AES-GCM',
    iv: sealed.slice(0, NONCE_BYTES),
    additionalData: new TextEncoder().encode(binding),
  };
  return crypto.subtle.decrypt(algorithm, key, sealed.slice(NONCE_BYTES));
}

/** Its path begins with its revision and goes down one by one; its body is of its document. */
function isOf({ id, rev }: EnvelopePlace, { path, body }: Content): boolean {
  const first = generationOf(rev);
  return body._id === id && path[0] === rev && path.every((each, n) => generationOf(each) === first - n);
}

/** A revision is one body for ever (sync.md 9): what it is named by must follow from what it says. */
function isRevisionOf({ rev }: EnvelopePlace, { path, body }: Content, digest?: string): boolean {
  const named = digest === undefined ? {} : { _attachments: { [PHOTO_ATTACHMENT]: { digest } } };
  return nextRevision(path[1], { ...body, ...named } as DocumentBody) === rev;
}
