// The embedded server on LevelDB in a folder of its own, on a free port of this machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createDatabaseServer, type DatabaseServerOptions } from '#lib/server/database-server.ts';
import { mountServer } from '#lib/server/mount.ts';
import { type OpenedServer } from './opened-server.ts';

export const ADMIN = { name: 'admin', password: 'relax' };

/** `mount` puts the server below a path, as the app has it. */
export async function openEmbedded(
  options: Partial<DatabaseServerOptions> & { mount?: string } = {},
): Promise<OpenedServer> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-contract-'));
  const { mount, ...rest } = options;
  // Few rounds of hashing: what they cost is tested once, in password-hash.test.
  const server = await createDatabaseServer({
    dataDir,
    admin: ADMIN,
    iterations: 1000,
    guessStepMs: 50,
    // The contracts are CouchDB's: what the gate adds is held by tests of its own.
    gate: 'open',
    ...rest,
  });
  const listener: RequestListener = mount
    ? mountServer(mount, server, (_request, response) => response.writeHead(404).end('not the database'))
    : (request, response) => server.handle(request, response);
  const http = await listen(listener);
  return {
    url: `http://127.0.0.1:${portOf(http)}${mount ?? ''}`,
    admin: ADMIN,
    ownUserDocuments: true,
    async close() {
      await server.close();
      await stop(http);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function listen(listener: RequestListener): Promise<Server> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return http;
}

export function portOf(http: Server): number {
  return (http.address() as AddressInfo).port;
}

export function stop(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
