// Two communities on a server, with people signed in and a mark in every database: what the matrix is held against.
import { SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import { yearsOn, planScopes } from '../../scripts/provision/scope-plan.ts';
import { ask, type OpenedServer } from '../contract/opened-server.ts';
import { revOf } from './access-calls.ts';
import { A, A1, B, B1, PEOPLE, SCOPES, type Person } from './access-table.ts';

const TODAY = '2026-06-01';
/** An account nobody but an administrator may see: its name is its mark. */
const KEEPER = { name: 'keeper', type: 'user', roles: ['staff'], password: 'sesame' };

export interface AccessStreet {
  server: OpenedServer;
  /** By person, the headers she is known by. */
  as: Record<Person, Record<string, string>>;
  names: string[];
}

export const markOf = (database: string) => `mark-of-${database}-`;

export async function openStreet(server: OpenedServer, names = Object.keys(SCOPES)): Promise<AccessStreet> {
  const plan = planScopes(
    {
      code: '999999001',
      name: 'a street',
      communities: [
        { code: A, name: 'A', grids: [gridOf(A1)] },
        { code: B, name: 'B', grids: [gridOf(B1)] },
      ],
      staff: ['worker', 'neighbour'].map((user) => ({ user, name: user, role: 'worker', grids: [] })),
    },
    TODAY,
  );
  if (!yearsOn(TODAY).includes(2026)) throw new Error('the table is of another year');
  for (const name of names) {
    const scope = plan.find((one) => one.name === name);
    if (!scope) throw new Error(`no such scope: ${name}`);
    await makeScope(server, scope);
  }
  const as = { nobody: {} } as AccessStreet['as'];
  for (const person of Object.keys(PEOPLE) as Person[]) as[person] = await signIn(server, person);
  await put(server, '_users/org.couchdb.user:keeper', KEEPER);
  await changeAccount(server, 'revoked', (account) => ({ ...account, roles: [] }));
  await changeAccount(server, 'removed', (account) => ({ ...account, _deleted: true }));
  return { server, as, names };
}

const gridOf = (code: string) => ({ code, name: code, kind: 'residential' as const, buildings: [] });

async function makeScope(server: OpenedServer, { name, security }: { name: string; security: unknown }) {
  await put(server, name, undefined);
  await put(server, `${name}/_security`, security);
  const mark = markOf(name);
  const photo = { content_type: 'image/jpeg', data: Buffer.from(mark).toString('base64') };
  const docs = [{ _id: 'note:1', _rev: revOf('note'), mark, _attachments: { photo } }];
  await ask(`${server.url}/${name}/_bulk_docs`, { as: server.admin, body: { docs, new_edits: false } });
  await put(server, `${name}/_local/mark`, { mark });
}

export async function put(server: OpenedServer, path: string, body: unknown): Promise<void> {
  const { status, json } = await ask(`${server.url}/${path}`, { method: 'PUT', as: server.admin, body });
  if (status !== 200 && status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
}

async function signIn(server: OpenedServer, person: Person): Promise<Record<string, string>> {
  const roles = PEOPLE[person];
  if (!roles) return {};
  const isAdmin = person === 'administrator';
  const credentials = isAdmin ? server.admin : { name: person, password: `of ${person}` };
  if (!isAdmin)
    await put(server, `_users/org.couchdb.user:${person}`, { ...credentials, type: 'user', roles });
  const key = person === 'keyless' ? { headers: { [SESSION_KEY_HEADER]: 'k'.repeat(32) } } : {};
  const { headers, status } = await ask(`${server.url}/_session`, { body: credentials, ...key });
  if (status !== 200) throw new Error(`${person} cannot sign in: ${status}`);
  return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

export async function changeAccount(
  server: OpenedServer,
  person: string,
  change: (account: object) => object,
): Promise<void> {
  const path = `_users/org.couchdb.user:${person}`;
  const { json } = await ask(`${server.url}/${path}`, { as: server.admin });
  await put(server, path, change(json as object));
}
