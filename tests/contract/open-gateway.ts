// The gateway in front of a second embedded server that plays the CouchDB: without a gate of its own, believing a proxy
// that knows its secret.
import { createCouchdbGateway, type CouchdbGatewayOptions } from '#lib/server/couchdb-gateway.ts';
import { type DatabaseServerOptions } from '#lib/server/database-server.ts';
import { mountServer } from '#lib/server/mount.ts';
import { ADMIN, listen, openEmbedded, portOf, stop } from './open-embedded.ts';
import { type OpenedServer } from './opened-server.ts';

export const PROXY_SECRET = 'a secret of the contract';

export async function openGateway(
  options: Partial<CouchdbGatewayOptions> = {},
  behindOptions: Partial<DatabaseServerOptions> = {},
): Promise<OpenedServer & { behindUrl: string }> {
  const behind = await openEmbedded({ proxySecret: PROXY_SECRET, ...behindOptions });
  const gateway = createCouchdbGateway({
    couchdbUrl: behind.url,
    admin: ADMIN,
    proxySecret: PROXY_SECRET,
    guessStepMs: 50,
    gate: 'open',
    ...options,
  });
  const http = await listen(
    mountServer('/db', gateway, (_request, response) => response.writeHead(404).end()),
  );
  return {
    url: `http://127.0.0.1:${portOf(http)}/db`,
    behindUrl: behind.url,
    admin: behind.admin,
    ownUserDocuments: behind.ownUserDocuments,
    async close() {
      await gateway.close();
      await stop(http);
      await behind.close();
    },
  };
}
