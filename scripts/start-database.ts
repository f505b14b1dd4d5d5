// What stands behind `/db`: the embedded server, or the gateway to a CouchDB. And the administrator's way to it, which
// provisioning goes. Throws a `StartError` where it cannot be had.
import { createCouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import { createDatabaseServer } from '#lib/server/database-server.ts';
import { createGate } from '#lib/server/gate.ts';
import type { MountedServer } from '#lib/server/mount.ts';
import { couchClient, type CouchClient } from './couch-client.ts';
import { SCOPE_RULES } from './scope-rules.ts';
import { StartError } from './start-error.ts';

export interface StartedDatabase {
  mounted: MountedServer;
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
    gate: createGate({ scopes: SCOPE_RULES }),
  }).catch((fault: unknown) => {
    throw isLocked(fault) ? new StartError({ kind: 'data-in-use', dataDir }) : fault;
  });
  return {
    mounted: server,
    administrator: ADMINISTRATOR,
    client: (webUrl) => couchClient({ url: `${webUrl}/db`, user: ADMINISTRATOR, password: adminPassword }),
    close: () => server.close(),
  };
}

/** LevelDB lets one process at a time into a folder. */
const isLocked = (fault: unknown) =>
  fault instanceof Error && /\block\b/i.test(fault.message) && /LOCK|unavailable|held/.test(fault.message);

export function startGateway(couchdb: { url: string; user: string; password: string }): StartedDatabase {
  const gateway = createCouchdbGateway({ couchdbUrl: couchdb.url });
  return {
    mounted: gateway,
    administrator: couchdb.user,
    client: () => couchClient({ url: couchdb.url, user: couchdb.user, password: couchdb.password }),
    close: () => gateway.close(),
  };
}
