// The devices' documents in the embedded server's own databases, read and written as its administrator.
import { type DeviceDocument } from './device-rules.ts';
import { type DeviceDocuments } from './device-gate.ts';
import { parseDocument } from './document-parse.ts';
import { writeDocument } from './document-writes.ts';
import { Refusal } from './refusal.ts';
import { type ServerParts } from './server-parts.ts';

const ADMINISTRATOR = { name: null, roles: ['_admin'] };

/** `parts` are asked for when there is something to read: this is one of them. */
export function heldDevices(database: string, parts: () => ServerParts): DeviceDocuments {
  return {
    async read(id) {
      const found = await parts().catalog.find(database);
      return found?.use(async () => {
        const [metadata] = await found.store.metadata([id]);
        const seq = metadata?.deleted ? undefined : metadata?.rev_map[metadata.winningRev];
        if (!metadata || seq === undefined) return undefined;
        const [body] = await found.store.bodies([seq]);
        return body && { ...body, _id: id, _rev: metadata.winningRev };
      });
    },
    async write(document: DeviceDocument) {
      const found = await parts().catalog.find(database);
      if (!found) return false;
      const { limits } = parts();
      const incoming = parseDocument(document, { ...limits, bodyBytes: 0 });
      const request = { database: found, user: ADMINISTRATOR, newEdits: true, parts: parts() };
      try {
        await found.use(() => writeDocument(incoming, request));
        return true;
      } catch (failure) {
        if (failure instanceof Refusal && (failure.status === 409 || failure.status === 404)) return false;
        throw failure;
      }
    },
  };
}
