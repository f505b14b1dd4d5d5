import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { couchClient } from '../../scripts/couch-client.ts';
import { couchAdministrator, type CouchAdministrator } from '../../scripts/provision/couch-administrator.ts';
import { readScope, writeDocuments } from '../../scripts/roster-server.ts';
import { ask, makeUser, type OpenedServer, type OpenServer } from './opened-server.ts';

/** What provisioning and the roster's command ask of a server, by the very code that asks it. */
export function provisioningCallsContract(open: OpenServer): void {
  describe('whoever sets a server up', () => {
    let server: OpenedServer;
    let administrator: CouchAdministrator;
    const name = `provisioned-${process.pid}-${Date.now().toString(36)}`;
    const clientOf = ({ name: user, password }: { name: string; password: string }) =>
      couchClient({ url: server.url, user, password });
    beforeAll(async () => {
      server = await open();
      administrator = couchAdministrator(clientOf(server.admin));
    });
    afterAll(async () => {
      await ask(`${server.url}/${name}`, { method: 'DELETE', as: server.admin });
      await server.close();
    });

    it('is known as an administrator by the list of databases, and nobody else is', async () => {
      expect((await administrator.listDatabases()).has('_users')).toBe(true);
      const worker = await makeUser(server, ['grid:1']);
      const notAdministrator = couchAdministrator(clientOf(worker)).listDatabases();
      await expect(notAdministrator).rejects.toMatchObject({ kind: 'credentials' });
    });

    it('may make a database twice, and finds it made', async () => {
      await administrator.createDatabase(name);
      await administrator.createDatabase(name);
      expect((await administrator.listDatabases()).has(name)).toBe(true);
    });

    it('writes security and documents only where something differs', async () => {
      const security = { admins: { names: [], roles: [] }, members: { names: [], roles: ['grid:1'] } };
      expect(await administrator.ensureSecurity(name, security)).toBe(true);
      expect(await administrator.ensureSecurity(name, security)).toBe(false);
      const rules = { _id: '_design/rules', language: 'javascript', validate_doc_update: 'function (d) {}' };
      expect(await administrator.ensureDocument(name, rules)).toBe(true);
      expect(await administrator.ensureDocument(name, rules)).toBe(false);
      expect(await administrator.ensureDocument(name, { ...rules, note: 'new' })).toBe(true);
      expect(await administrator.readDocument(name, '_design/rules')).toMatchObject({ note: 'new' });
      expect(await administrator.readDocument(name, 'nowhere')).toBeUndefined();
    });

    it('fills a database in batches, and reads it back whole', async () => {
      const documents = Array.from({ length: 450 }, (_, at) => ({
        _id: `room:${String(at).padStart(4, '0')}`,
        at,
      }));
      await administrator.putDocuments(name, documents);
      expect(await administrator.listDocuments(name)).toHaveLength(451);
      const some = await administrator.readDocuments(name, ['room:0007', 'nowhere']);
      expect([...some.keys()]).toEqual(['room:0007']);
      await expect(administrator.putDocuments(name, [{ _id: 'room:0007', at: 8 }])).rejects.toMatchObject({
        kind: 'refused',
      });
      const client = clientOf(server.admin);
      expect(await readScope(client, name)).toHaveLength(450);
      const refused = await writeDocuments(
        client,
        {
          scope: name,
          documents: [
            { _id: 'room:0001', at: 9 },
            { _id: 'new', at: 1 },
          ] as never,
        },
        () => undefined,
      );
      expect(refused).toMatchObject([{ id: 'room:0001', error: 'conflict' }]);
    });
  });
}
