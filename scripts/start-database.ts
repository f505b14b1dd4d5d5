// What stands behind `/db`: the embedded server, or the gateway to a CouchDB. And the administrator's way to it, which
// provisioning goes. Throws a `StartError` where it cannot be had.
import { createCouchdbGateway, type CouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import { createDatabaseServer } from '#lib/server/database-server.ts';
import { createGate } from '#lib/server/gate.ts';
import type { MountedServer } from '#lib/server/mount.ts';
import type { WhoAsks } from '#lib/server/who-asks.ts';
import { couchClient, type CouchClient } from './couch-client.ts';
import { SCOPE_RULES } from './scope-rules.ts';
import { TABLET_RULES } from './tablet-rules.ts';
import { StartError } from './start-error.ts';

export interface StartedDatabase {
  mounted: MountedServer;
  whoAsks: WhoAsks;
  /** The administrator of what stands behind. */
  administrator: string;
  /** `webUrl`: where the mounted server can be reached, once it can. */
  client(webUrl: string): CouchClient;
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  adminPassword: string;
  log: (line: string) => void;
}

const ADMINISTRATOR = 'admin';

export async function startEmbedded({
  dataDir,
  adminPassword,
  log,
}: EmbeddedOptions): Promise<StartedDatabase> {
  const admin = { name: ADMINISTRATOR, password: adminPassword };
  const server = await createDatabaseServer({
    dataDir,
    admin,
    log,
    gate: createGate({ scopes: SCOPE_RULES, devices: TABLET_RULES }),
  }).catch((fault: unknown) => {
    throw isLocked(fault) ? new StartError({ kind: 'data-in-use', dataDir }) : fault;
  });
  return {
    mounted: server,
    whoAsks: server.whoAsks,
    administrator: ADMINISTRATOR,
    client: (webUrl) => couchClient({ url: `${webUrl}/db`, user: ADMINISTRATOR, password: adminPassword }),
    close: () => server.close(),
  };
}

/** LevelDB lets one process at a time into a folder. */
const isLocked = (fault: unknown) =>
  fault instanceof Error && /\block\b/i.test(fault.message) && /LOCK|unavailable|held/.test(fault.message);

export interface CouchdbSettings {
  url: string;
  user: string;
  password: string;
  /** Its `[chttpd_auth] secret`, where it takes proxy authentication. */
  proxySecret?: string | undefined;
}

export async function startGateway(
  couchdb: CouchdbSettings,
  log: (line: string) => void,
): Promise<StartedDatabase> {
  const gateway = createCouchdbGateway({
    couchdbUrl: couchdb.url,
    admin: { name: couchdb.user, password: couchdb.password },
    proxySecret: couchdb.proxySecret,
    gate: createGate({ scopes: SCOPE_RULES, devices: TABLET_RULES }),
    log,
  });
  await requireProxy(gateway, { couchdb, log });
  return {
    mounted: gateway,
    whoAsks: gateway.whoAsks,
    administrator: couchdb.user,
    client: () => couchClient({ url: couchdb.url, user: couchdb.user, password: couchdb.password }),
    close: () => gateway.close(),
  };
}

/** A CouchDB that is not there says so itself, a moment later, in its own words. */
async function requireProxy(
  gateway: CouchdbGateway,
  { couchdb, log }: { couchdb: CouchdbSettings; log: (line: string) => void },
): Promise<void> {
  const proxy = await gateway.checkProxy().catch(() => 'unreachable' as const);
  if (proxy === 'not-asked') log(SESSIONS_OF_COUCHDB);
  if (proxy !== 'refused') return;
  await gateway.close();
  throw new StartError({ kind: 'couchdb-proxy', url: couchdb.url });
}

const SESSIONS_OF_COUCHDB =
  'COUCHDB_PROXY_SECRET is not set: sessions are CouchDB’s own, ten minutes unless its settings say more (README).';
