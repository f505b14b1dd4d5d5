import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, makeUser, type Credentials, type OpenedServer, type OpenServer } from './opened-server.ts';

export function sessionContract(open: OpenServer): void {
  describe('signing in', () => {
    let server: OpenedServer;
    let worker: Credentials;
    beforeAll(async () => {
      server = await open();
      worker = await makeUser(server, ['grid:110101001001001']);
    });
    afterAll(() => server.close());

    const session = () => `${server.url}/_session`;
    const cookieOf = (headers: Headers) =>
      headers.getSetCookie().find((cookie) => cookie.startsWith('AuthSession='));
    const pairOf = (cookie = '') => cookie.split(';')[0] ?? '';

    it('with JSON gives a cookie that no script and no other site can use', async () => {
      const { status, json, headers } = await ask(session(), { body: worker });
      expect(status).toBe(200);
      expect(json).toEqual({ ok: true, name: worker.name, roles: ['grid:110101001001001'] });
      expect(cookieOf(headers)).toMatch(/^AuthSession=[^;]+;.*Path=\//);
      expect(cookieOf(headers)).toMatch(/HttpOnly/);
    });

    it('with a form gives the same', async () => {
      const body = new URLSearchParams({ name: worker.name, password: worker.password }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(await ask(session(), { body, headers: type })).toMatchObject({
        status: 200,
        json: { name: worker.name },
      });
    });

    it('makes every request of the cookie hers, until she signs out', async () => {
      const signedIn = await ask(session(), { body: worker });
      const cookie = pairOf(cookieOf(signedIn.headers));
      const who = await ask(session(), { headers: { cookie } });
      expect(who.json).toMatchObject({
        ok: true,
        userCtx: { name: worker.name, roles: ['grid:110101001001001'] },
        info: { authenticated: 'cookie' },
      });
      const out = await ask(session(), { method: 'DELETE', headers: { cookie } });
      expect(out).toMatchObject({ status: 200, json: { ok: true } });
      expect(pairOf(cookieOf(out.headers))).toBe('AuthSession=');
    });

    it('by a scheme that nobody handles is no sign-in, and no error', async () => {
      for (const authorization of ['Bearer abc.def.ghi', 'Digest username="admin"', 'Negotiate x']) {
        const who = await ask(session(), { headers: { authorization } });
        expect(who).toMatchObject({ status: 200, json: { userCtx: { name: null, roles: [] } } });
        const refused = await ask(`${server.url}/_all_dbs`, { headers: { authorization } });
        expect(refused).toMatchObject({ status: 401, json: { error: 'unauthorized' } });
      }
    });

    it('with a wrong password says neither which was wrong nor anything else', async () => {
      const refused = {
        status: 401,
        json: { error: 'unauthorized', reason: 'Name or password is incorrect.' },
      };
      expect(await ask(session(), { body: { ...worker, password: 'wrong' } })).toMatchObject(refused);
      expect(await ask(session(), { body: { name: 'nobody-of-this-name', password: 'x' } })).toMatchObject(
        refused,
      );
      expect(await ask(session(), { as: { ...worker, password: 'wrong' } })).toMatchObject(refused);
    });

    it('works by Basic on every request', async () => {
      expect((await ask(session(), { as: worker })).json.userCtx.name).toBe(worker.name);
      expect((await ask(session(), { as: server.admin })).json.userCtx.roles).toContain('_admin');
    });

    it('is nobody without credentials', async () => {
      expect((await ask(session())).json.userCtx).toEqual({ name: null, roles: [] });
    });

    it('refuses a cookie that is none', async () => {
      const headers = { cookie: 'AuthSession=rubbish' };
      expect(await ask(session(), { headers })).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
    });

    it('takes a cookie with a forged proof for nobody', async () => {
      const forged = Buffer.from(`${worker.name}:7FFFFFFF:0123456789012345678901234567`).toString(
        'base64url',
      );
      const { json } = await ask(session(), { headers: { cookie: `AuthSession=${forged}` } });
      expect(json.userCtx?.name ?? null).toBe(null);
    });

    it('ends all sessions when the password changes', async () => {
      const person = await makeUser(server, []);
      const signedIn = await ask(session(), { body: person });
      const cookie = pairOf(cookieOf(signedIn.headers));
      const url = `${server.url}/_users/org.couchdb.user:${person.name}`;
      const document = (await ask(url, { as: server.admin })).json;
      await ask(url, { method: 'PUT', as: server.admin, body: { ...document, password: 'another' } });
      expect((await ask(session(), { headers: { cookie } })).json.userCtx.name).toBe(null);
      expect((await ask(session(), { as: { ...person, password: 'another' } })).json.userCtx.name).toBe(
        person.name,
      );
    });
  });
}
