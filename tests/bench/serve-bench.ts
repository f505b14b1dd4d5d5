// The embedded server with the benches' pages beside it, in a process of its own, so that it and what measures it do not
// share a thread. Arguments: the folder of its data, the folder of the pages. Writes one line of JSON when it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { createDatabaseServer } from '../../src/lib/server/database-server.ts';
import { BENCH_ADMIN } from './bench-server.ts';

const [dataDir, pages] = process.argv.slice(2);
if (!dataDir || !pages) throw new Error('two folders are wanted: of the data and of the pages');

const KINDS: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
const database = await createDatabaseServer({ dataDir, admin: BENCH_ADMIN });

const server = createServer((request, response) => {
  const url = request.url ?? '/';
  if (url.startsWith('/db')) {
    request.url = url.slice('/db'.length) || '/';
    database.handle(request, response);
    return;
  }
  try {
    const file = path.join(pages, path.normalize(new URL(url, 'http://bench').pathname));
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': KINDS[path.extname(file)] ?? 'application/octet-stream' });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  console.log(JSON.stringify({ port: address.port }));
});

process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void database.close().then(() => process.exit(0));
});
