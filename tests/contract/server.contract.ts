import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, makeUser, type OpenedServer, type OpenServer } from './opened-server.ts';

export function serverContract(open: OpenServer): void {
  describe('a CouchDB server', () => {
    let server: OpenedServer;
    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server.close());

    it('says Welcome and its version', async () => {
      const { status, json, headers } = await ask(`${server.url}/`);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        couchdb: 'Welcome',
        version: expect.stringMatching(/^3\.5/),
        vendor: expect.anything(),
      });
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    });

    it('is up', async () => {
      expect(await ask(`${server.url}/_up`)).toMatchObject({ status: 200, json: { status: 'ok' } });
    });

    it('makes as many uuids as asked for', async () => {
      const { json } = await ask(`${server.url}/_uuids?count=3`);
      expect(json.uuids).toHaveLength(3);
      for (const uuid of json.uuids) expect(uuid).toMatch(/^[0-9a-f]{32}$/);
      expect((await ask(`${server.url}/_uuids`)).json.uuids).toHaveLength(1);
    });

    it('lists databases to administrators only', async () => {
      const { json } = await ask(`${server.url}/_all_dbs`, { as: server.admin });
      expect(json).toContain('_users');
      const member = await makeUser(server, []);
      const refused = { status: 401, json: { error: 'unauthorized', reason: 'You are not a server admin.' } };
      expect(await ask(`${server.url}/_all_dbs`)).toMatchObject(refused);
      expect(await ask(`${server.url}/_all_dbs`, { as: member })).toMatchObject(refused);
    });

    it('answers HEAD with the headers of GET and no body', async () => {
      const response = await fetch(`${server.url}/`, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
    });

    it('names what methods a path has', async () => {
      const { status, json, headers } = await ask(`${server.url}/`, {
        method: 'PUT',
        as: server.admin,
        body: {},
      });
      expect(status).toBe(405);
      expect(json.error).toBe('method_not_allowed');
      expect(headers.get('allow')).toMatch(/GET/);
    });

    it('tells an unknown path of its own from an unknown database', async () => {
      expect(await ask(`${server.url}/no-such-database`, { as: server.admin })).toMatchObject({
        status: 404,
        json: { error: 'not_found', reason: 'Database does not exist.' },
      });
      expect(await ask(`${server.url}/_nothing`)).toMatchObject({
        status: 401,
        json: { error: 'unauthorized' },
      });
    });
  });
}
