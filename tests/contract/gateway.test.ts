import { describe } from 'vitest';
import { createCouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import { mountServer } from '#lib/server/mount.ts';
import { everyContract } from './every-contract.ts';
import { listen, openEmbedded, portOf, stop } from './open-embedded.ts';

describe('the gateway in front of a second server', () => {
  everyContract(async () => {
    const behind = await openEmbedded();
    const gateway = createCouchdbGateway({ couchdbUrl: behind.url });
    const http = await listen(
      mountServer('/db', gateway, (_request, response) => response.writeHead(404).end()),
    );
    return {
      url: `http://127.0.0.1:${portOf(http)}/db`,
      admin: behind.admin,
      ownUserDocuments: behind.ownUserDocuments,
      async close() {
        await gateway.close();
        await stop(http);
        await behind.close();
      },
    };
  });
});
