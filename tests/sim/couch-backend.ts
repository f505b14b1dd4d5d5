// A CouchDB-compatible server over HTTP below histories: `COUCHDB_URL`, `COUCHDB_USER`, `COUCHDB_PASSWORD`. Invariant: every
// database it makes has a name of its own that begins with `sim-`, and is removed when its history is over.
import { realClock as clock } from '#lib/device/real-clock.ts';
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { ask, type Credentials } from '#tests/contract/opened-server.ts';
import type { Backend } from './dexie-history.ts';
import type { RealDatabase } from './real-server.ts';
import { valueOf } from './server-mirror.ts';

let made = 0;

export interface CouchServer {
  /** Where CouchDB's `/` lies. */
  url: string;
  admin: Credentials;
}

/** Of the environment; undefined where none is named. */
export function couchOfEnvironment(): CouchServer | undefined {
  const { COUCHDB_URL, COUCHDB_USER = 'admin', COUCHDB_PASSWORD = '' } = process.env;
  if (!COUCHDB_URL) return undefined;
  return {
    url: COUCHDB_URL.replace(/\/+$/, ''),
    admin: { name: COUCHDB_USER, password: COUCHDB_PASSWORD },
  };
}

/** Of one shard, so that its sequences can be counted. */
async function openDatabase({ url, admin }: CouchServer, scope: string): Promise<RealDatabase> {
  const name = `sim-${process.pid.toString(36)}-${Date.now().toString(36)}-${(++made).toString(36)}-${scope}`;
  const database = `${url}/${name}`;
  const { status, json } = await ask(`${database}?q=1`, { method: 'PUT', as: admin });
  if (status !== 201 && status !== 202) throw new Error(`no database: ${JSON.stringify(json)}`);
  const Authorization = `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString('base64')}`;
  const signed = (to: string, init: RequestInit) =>
    fetch(to, { ...init, headers: { ...(init.headers as Record<string, string>), Authorization } });
  return {
    remote: httpRemote({ url: database, fetch: signed, clock }),
    async destroy() {
      const removed = await ask(database, { method: 'DELETE', as: admin });
      if (removed.status >= 300) throw new Error(`${name} is still there: ${JSON.stringify(removed.json)}`);
    },
  };
}

/** Asks the server which kind it is: whether an ancestor counts as present whose body never came. */
export async function couchBackend(server: CouchServer): Promise<Backend> {
  const { remote, destroy } = await openDatabase(server, 'probe');
  const body = { _id: 'household:probe', type: 'household' };
  const first = nextRevision(undefined, body);
  const second = nextRevision(first, body);
  const _revisions = toRevisionPath([second, first]);
  valueOf(await remote.bulkDocs([{ ...body, _rev: second, _revisions }]));
  const missing = valueOf(await remote.revsDiff({ [body._id]: [first] }));
  await destroy();
  return {
    open: (scope) => openDatabase(server, scope),
    traits: { shards: 1, ancestorsArePresent: !(body._id in missing) },
  };
}
