// Seals unsent work to the organisation's public key by WebCrypto. Never called inside a transaction. Invariants: what is
// sealed here nobody on this tablet can open; a nonce is fresh each time; ephemeral private keys are never exported, and
// gone when the last seal under way with one has ended.
import { base64Of } from '#lib/protocol/attachment.ts';
import { envelopeBinding, type EnvelopePlace, type RowEnvelope } from '#lib/protocol/envelope.ts';
import { envelopeKey, importPoint, keyIdOf, newEphemeral, sharedSecret } from './envelope-keys.ts';
import { aesGcmCipher, type Cipher } from './sealing.ts';

/** To one key of the organisation. */
export interface EnvelopeSealer {
  keyId: string;
  seal(place: EnvelopePlace, plain: Uint8Array<ArrayBuffer>): Promise<RowEnvelope>;
}

/** A key of its own for one photo's bytes, so that an envelope need not hold them: it holds the key. */
export interface ContentKey {
  /** Base64. */
  key: string;
  cipher: Cipher;
}

export interface EnvelopeCrypto {
  /** `key`: the organisation's point in base64. Throws where it is none, or another than the id names. */
  sealerFor(organisation: { keyId: string; key: string }): Promise<EnvelopeSealer>;
  newContentKey(): Promise<ContentKey>;
  contentCipher(key: string): Promise<Cipher>;
}

export function webEnvelopes(source: Crypto = crypto): EnvelopeCrypto {
  return {
    sealerFor: (organisation) => sealerFor(source, organisation),
    async newContentKey() {
      const bytes = source.getRandomValues(new Uint8Array(32));
      const cipher = await contentCipher(source, bytes);
      const key = base64Of(bytes);
      bytes.fill(0);
      return { key, cipher };
    },
    contentCipher: (key) => contentCipher(source, bytesOfBase64(key)),
  };
}

const bytesOfBase64 = (text: string) => Uint8Array.from(atob(text), (digit) => digit.charCodeAt(0));

async function contentCipher(source: Crypto, bytes: Uint8Array<ArrayBuffer>): Promise<Cipher> {
  const key = await source.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return aesGcmCipher(key, source);
}

interface Ephemeral {
  point: Uint8Array<ArrayBuffer>;
  secret: CryptoKey;
}

async function sealerFor(
  source: Crypto,
  { keyId, key }: { keyId: string; key: string },
): Promise<EnvelopeSealer> {
  const point = bytesOfBase64(key);
  if ((await keyIdOf(source, point)) !== keyId)
    throw new DOMException('this key has another id', 'DataError');
  const theirs = await importPoint(source, point);
  let ephemeral: Promise<Ephemeral> | undefined;
  let underWay = 0;
  return {
    keyId,
    async seal(place, plain) {
      underWay++;
      try {
        const { point, secret } = await (ephemeral ??= makeEphemeral(source, theirs));
        const binding = envelopeBinding(place, keyId);
        const own = await envelopeKey(source, secret, { ephemeral: point, binding });
        const sealed = await aesGcmCipher(own, source).seal(plain, binding);
        return { keyId, rev: place.rev, ephemeral: point, sealed };
      } finally {
        underWay--;
        if (underWay === 0) ephemeral = undefined;
      }
    },
  };
}

async function makeEphemeral(source: Crypto, theirs: CryptoKey): Promise<Ephemeral> {
  const pair = await newEphemeral(source);
  const point = new Uint8Array(await source.subtle.exportKey('raw', pair.publicKey));
  return { point, secret: await sharedSecret(source, pair.privateKey, theirs) };
}
