// The devices' documents in the CouchDB behind the gateway, read and written as its administrator. Invariant: an order
// written there counts here within `KNOWN_MS`.
import { type Upstream } from './couchdb-upstream.ts';
import { type DeviceDocuments } from './device-gate.ts';
import { type DeviceDocument } from './device-rules.ts';
import { Refusal } from './refusal.ts';
import { isObject } from './request-body.ts';

/** Below the second after which an order must hold. A tablet asks several things at once. */
const KNOWN_MS = 500;
const KNOWN_AT_MOST = 2000;

export interface CouchdbDevicesOptions {
  upstream: Upstream;
  /** By which CouchDB knows the administrator. */
  credentials: Record<string, string>;
  now: () => number;
}

export function couchdbDevices(
  database: string,
  { upstream, credentials, now }: CouchdbDevicesOptions,
): DeviceDocuments {
  const known = new Map<string, { document: Promise<DeviceDocument | undefined>; asOfMs: number }>();
  const pathOf = (id: string) => `/${encodeURIComponent(database)}/${encodeURIComponent(id)}`;
  const headers = { accept: 'application/json', ...credentials };

  async function readNow(id: string): Promise<DeviceDocument | undefined> {
    const { status, json } = await upstream.ask({ method: 'GET', path: pathOf(id), headers });
    if (status === 404) return undefined;
    if (status !== 200 || !isObject(json))
      throw new Refusal(503, 'service unavailable', 'The devices of the database cannot be read now.');
    return { ...json, _id: id };
  }

  return {
    read(id) {
      const before = known.get(id);
      if (before && now() - before.asOfMs < KNOWN_MS) return before.document;
      if (known.size >= KNOWN_AT_MOST) known.clear();
      const document = readNow(id);
      known.set(id, { document, asOfMs: now() });
      document.catch(() => known.delete(id));
      return document;
    },
    async write(document) {
      known.delete(document._id);
      const { status } = await upstream.ask({
        method: 'PUT',
        path: pathOf(document._id),
        headers: { ...headers, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(document)),
      });
      known.delete(document._id);
      if (status === 201 || status === 202) return true;
      if (status === 409 || status === 404) return false;
      throw new Refusal(503, 'service unavailable', 'The devices of the database cannot be written now.');
    },
  };
}
