import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, makeUser, type Credentials, type OpenedServer, type OpenServer } from './opened-server.ts';

export function usersContract(open: OpenServer): void {
  describe('the users', () => {
    let server: OpenedServer;
    let li: Credentials;
    let wang: Credentials;
    beforeAll(async () => {
      server = await open();
      li = await makeUser(server, ['grid:1']);
      wang = await makeUser(server, ['grid:2']);
    });
    afterAll(() => server.close());

    const urlOf = ({ name }: Credentials) => `${server.url}/_users/org.couchdb.user:${name}`;
    const put = (of: Credentials, as: Credentials, body: unknown) =>
      ask(urlOf(of), { method: 'PUT', as, body });

    it('are stored without their passwords', async () => {
      const { json } = await ask(urlOf(li), { as: server.admin });
      expect(json.password).toBeUndefined();
      expect(json).toMatchObject({
        password_scheme: 'pbkdf2',
        pbkdf2_prf: 'sha256',
        name: li.name,
        roles: ['grid:1'],
      });
      expect(json.derived_key).toMatch(/^[0-9a-f]{64}$/);
      expect(json.iterations).toBeGreaterThan(0);
    });

    it('read their own document and nobody else’s', async () => {
      if (server.ownUserDocuments) expect((await ask(urlOf(li), { as: li })).json.name).toBe(li.name);
      else expect((await ask(urlOf(li), { as: li })).status).toBe(403);
      expect(await ask(urlOf(wang), { as: li })).toMatchObject({
        status: expect.toSatisfy((s) => s === 404 || s === 403),
      });
      expect((await ask(urlOf(wang))).status).toBe(401);
    });

    it('are listed to administrators only', async () => {
      for (const path of ['_all_docs', '_changes']) {
        expect((await ask(`${server.url}/_users/${path}`, { as: li })).status).toBe(401);
        expect((await ask(`${server.url}/_users/${path}`, { as: server.admin })).status).toBe(200);
      }
    });

    it('change their own password where the server lets them, but not their roles', async () => {
      const own = (await ask(urlOf(li), { as: server.ownUserDocuments ? li : server.admin })).json;
      if (!server.ownUserDocuments) {
        expect((await put(li, li, { ...own, password: 'new' })).status).toBe(403);
        return;
      }
      const grab = await put(li, li, { ...own, roles: ['grid:1', 'grid:2'] });
      expect(grab).toMatchObject({
        status: 403,
        json: { error: 'forbidden', reason: 'Only _admin may edit roles' },
      });
      expect((await put(li, li, { ...own, password: 'new' })).status).toBe(201);
      li = { ...li, password: 'new' };
      expect((await ask(`${server.url}/_session`, { as: li })).json.userCtx.name).toBe(li.name);
    });

    it('do not write somebody else’s document', async () => {
      const document = (await ask(urlOf(wang), { as: server.admin })).json;
      expect((await put(wang, li, { ...document, password: 'mine' })).status).toBeGreaterThanOrEqual(403);
      expect((await ask(`${server.url}/_session`, { as: wang })).json.userCtx.name).toBe(wang.name);
    });

    it('get new roles from an administrator, valid with the next request', async () => {
      const document = (await ask(urlOf(wang), { as: server.admin })).json;
      expect((await put(wang, server.admin, { ...document, roles: ['grid:3'] })).status).toBe(201);
      expect((await ask(`${server.url}/_session`, { as: wang })).json.userCtx.roles).toEqual(['grid:3']);
    });

    it('must be users, named as their id, with roles in a list, none of the system’s', async () => {
      const name = 'x-new';
      const good = { name, type: 'user', roles: [] as unknown, password: 'p' };
      const reasons = await Promise.all(
        [
          { ...good, type: 'robot' },
          { ...good, name: 'other' },
          { ...good, roles: 'grid:1' },
          { ...good, roles: [1] },
          { ...good, roles: ['_admin'] },
        ].map(async (body) => (await put({ name, password: '' }, server.admin, body)).json),
      );
      expect(reasons.map(({ error }) => error)).toEqual(reasons.map(() => 'forbidden'));
      expect(reasons.map(({ reason }) => reason)).toEqual([
        'doc.type must be user',
        'Doc ID must be of the form org.couchdb.user:name',
        'doc.roles must be an array',
        'doc.roles can only contain strings',
        'No system roles (starting with underscore) in users db.',
      ]);
    });

    it('are gone when deleted', async () => {
      const gone = await makeUser(server, []);
      const { json } = await ask(urlOf(gone), { as: server.admin });
      expect(
        (await ask(`${urlOf(gone)}?rev=${json._rev}`, { method: 'DELETE', as: server.admin })).status,
      ).toBe(200);
      expect((await ask(`${server.url}/_session`, { body: gone })).status).toBe(401);
    });

    it('may have names of any writing', async () => {
      const name = `李秀兰${Date.now()}`;
      const url = `${server.url}/_users/org.couchdb.user:${encodeURIComponent(name)}`;
      const body = { name, type: 'user', roles: [], password: '敲门' };
      expect((await ask(url, { method: 'PUT', as: server.admin, body })).status).toBe(201);
      expect(
        (await ask(`${server.url}/_session`, { as: { name, password: '敲门' } })).json.userCtx.name,
      ).toBe(name);
    });
  });
}
