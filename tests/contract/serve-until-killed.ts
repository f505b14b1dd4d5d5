// A process of its own with nothing but the embedded server, for the test that kills it.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createDatabaseServer } from '#lib/server/database-server.ts';

const [dataDir = ''] = process.argv.slice(2);
const server = await createDatabaseServer({
  dataDir,
  admin: { name: 'admin', password: 'relax' },
  iterations: 1000,
  log: (line) => console.error(line),
});
const http = createServer((request, response) => server.handle(request, response));
http.listen(0, '127.0.0.1', () => console.log(`port ${(http.address() as AddressInfo).port}`));
