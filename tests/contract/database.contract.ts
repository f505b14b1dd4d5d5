import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  makeDatabase,
  makeUser,
  type Credentials,
  type OpenedServer,
  type OpenServer,
} from './opened-server.ts';

export function databaseContract(open: OpenServer): void {
  describe('a database', () => {
    let server: OpenedServer;
    let member: Credentials;
    let stranger: Credentials;
    beforeAll(async () => {
      server = await open();
      member = await makeUser(server, ['grid:1']);
      stranger = await makeUser(server, ['grid:2']);
    });
    afterAll(() => server.close());

    it('is made once, described, and deleted', async () => {
      const database = await makeDatabase(server);
      expect((await ask(database.url, { method: 'PUT', as: server.admin })).json).toEqual({
        error: 'file_exists',
        reason: 'The database could not be created, the file already exists.',
      });
      const { json } = await ask(database.url, { as: server.admin });
      expect(json).toMatchObject({ db_name: database.name, doc_count: 0, doc_del_count: 0 });
      expect(json.update_seq).toMatch(/^0/);
      expect((await fetch(database.url, { method: 'HEAD', headers: basic(server.admin) })).status).toBe(200);
      expect((await database.drop()).json).toEqual({ ok: true });
      expect((await ask(database.url, { as: server.admin })).status).toBe(404);
      expect((await database.drop()).status).toBe(404);
    });

    it('is empty when made again under its old name', async () => {
      const database = await makeDatabase(server);
      await database.put('a', { v: 1 });
      await database.drop();
      await ask(database.url, { method: 'PUT', as: server.admin });
      expect((await database.get('a')).status).toBe(404);
      expect((await ask(database.url, { as: server.admin })).json.doc_count).toBe(0);
      await database.drop();
    });

    it('is made by one of many who make it at once, and deleted by one', async () => {
      const url = `${server.url}/raced-${Date.now().toString(36)}`;
      const many = (method: string) =>
        Promise.all(Array.from({ length: 6 }, () => ask(url, { method, as: server.admin })));
      const sorted = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();
      expect(sorted(await many('PUT'))).toEqual([201, 412, 412, 412, 412, 412]);
      expect(sorted(await many('DELETE'))).toEqual([200, 404, 404, 404, 404, 404]);
      expect((await ask(url, { as: server.admin })).status).toBe(404);
    });

    it('is made and deleted by administrators only', async () => {
      const url = `${server.url}/by-a-member`;
      const refused = { status: 401, json: { error: 'unauthorized', reason: 'You are not a server admin.' } };
      expect(await ask(url, { method: 'PUT', as: member })).toMatchObject(refused);
      const database = await makeDatabase(server);
      expect(await ask(database.url, { method: 'DELETE', as: member })).toMatchObject(refused);
      await database.drop();
    });

    it('may have a slash and a plus in its name, and no capital', async () => {
      const stamp = Date.now().toString(36);
      const url = `${server.url}/${encodeURIComponent(`a/b+c${stamp}`)}`;
      expect((await ask(url, { method: 'PUT', as: server.admin })).status).toBe(201);
      expect((await ask(url, { as: server.admin })).json.db_name).toBe(`a/b+c${stamp}`);
      expect((await ask(url, { method: 'DELETE', as: server.admin })).status).toBe(200);
      for (const bad of ['Capital', '1first', '_under', 'a b', '敲门', '..%2F..%2Fetc']) {
        const { status, json } = await ask(`${server.url}/${bad}`, { method: 'PUT', as: server.admin });
        expect({ bad, status, error: json.error }).toEqual({
          bad,
          status: 400,
          error: 'illegal_database_name',
        });
      }
    });

    it('counts documents, deletions and changes', async () => {
      const database = await makeDatabase(server);
      const { json } = await database.put('a', { v: 1 });
      await database.put('b', { v: 1 });
      await database.at(`a?rev=${json.rev}`, { method: 'DELETE' });
      const info = (await ask(database.url, { as: server.admin })).json;
      expect(info).toMatchObject({ doc_count: 1, doc_del_count: 1 });
      expect(parseInt(info.update_seq)).toBe(3);
      await database.drop();
    });

    it('is at first its administrators’ alone', async () => {
      const database = await makeDatabase(server);
      expect((await database.get('_security')).json).toEqual({
        members: { roles: ['_admin'] },
        admins: { roles: ['_admin'] },
      });
      expect(await ask(database.url, { as: member })).toMatchObject({
        status: 403,
        json: { error: 'forbidden', reason: 'You are not allowed to access this db.' },
      });
      expect(await ask(database.url)).toMatchObject({
        status: 401,
        json: { error: 'unauthorized', reason: 'You are not authorized to access this db.' },
      });
      await database.drop();
    });

    it('lets in whom its security object names, by role or by name', async () => {
      const database = await makeDatabase(server);
      const security = {
        admins: { names: [], roles: [] },
        members: { names: [stranger.name], roles: ['grid:1'] },
      };
      expect((await database.at('_security', { method: 'PUT', body: security })).json).toEqual({ ok: true });
      expect((await database.get('_security')).json).toEqual(security);
      for (const as of [member, stranger]) {
        expect(
          (await ask(`${database.url}/${as.name}`, { method: 'PUT', as, body: { by: as.name } })).status,
        ).toBe(201);
        expect((await ask(`${database.url}/_all_docs`, { as })).status).toBe(200);
      }
      const outsider = await makeUser(server, ['grid:9']);
      for (const path of ['', '_all_docs', '_changes', 'x', '_security', '_local/x']) {
        expect((await ask(`${database.url}/${path}`, { as: outsider })).status).toBe(403);
        expect((await ask(`${database.url}/${path}`)).status).toBe(401);
      }
      expect(
        (await ask(`${database.url}/_bulk_docs`, { as: outsider, body: { docs: [{ _id: 'z' }] } })).status,
      ).toBe(403);
      expect((await database.get('z')).status).toBe(404);
      await database.drop();
    });

    it('lets members write documents, but neither its security nor design documents', async () => {
      const database = await makeDatabase(server);
      await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      const asMember = (path: string, body: unknown) =>
        ask(`${database.url}/${path}`, { method: 'PUT', as: member, body });
      expect((await asMember('_security', { members: { roles: ['grid:1', 'grid:2'] } })).status).toBe(403);
      expect((await asMember('_design/mine', { language: 'javascript' })).status).toBe(403);
      const rows = await ask(`${database.url}/_bulk_docs`, {
        as: member,
        body: { docs: [{ _id: '_design/sly' }, { _id: 'fine' }] },
      });
      expect(rows.json).toMatchObject([
        { id: '_design/sly', error: 'forbidden' },
        { ok: true, id: 'fine' },
      ]);
      await database.drop();
    });

    it('may have administrators of its own', async () => {
      const database = await makeDatabase(server);
      const security = { admins: { roles: ['grid:1'] }, members: { roles: ['grid:2'] } };
      await database.at('_security', { method: 'PUT', body: security });
      const design = { method: 'PUT', body: { language: 'javascript' } };
      expect((await ask(`${database.url}/_design/a`, { ...design, as: member })).status).toBe(201);
      expect((await ask(`${database.url}/_design/b`, { ...design, as: stranger })).status).toBe(403);
      await database.drop();
    });

    it('whose members are empty lists is everybody’s', async () => {
      const database = await makeDatabase(server);
      await database.at('_security', { method: 'PUT', body: {} });
      expect((await ask(`${database.url}/_all_docs`)).status).toBe(200);
      await database.drop();
    });

    it('has no views for the moment', async () => {
      const database = await makeDatabase(server);
      expect(await database.post('_temp_view', { map: 'function (doc) { emit(doc._id); }' })).toMatchObject({
        status: 410,
        json: { error: 'gone', reason: 'Temporary views are not supported in CouchDB' },
      });
      await database.drop();
    });

    it('has nothing to commit', async () => {
      const database = await makeDatabase(server);
      expect(await database.post('_ensure_full_commit', {})).toMatchObject({
        status: 201,
        json: { ok: true },
      });
      await database.drop();
    });
  });
}

function basic({ name, password }: Credentials): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}
