// The embedded server with the benches' pages beside it, behind the web server of the product, in a process of its own,
// so that it and what measures it do not share a thread. Arguments: the folder of its data, the folder of the pages.
// Writes one line of JSON when it listens.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startWebServer } from '../../scripts/web-server.ts';
import { createDatabaseServer } from '../../src/lib/server/database-server.ts';
import { BENCH_ADMIN } from './bench-server.ts';

const [dataDir, pages] = process.argv.slice(2);
if (!dataDir || !pages) throw new Error('two folders are wanted: of the data and of the pages');

const KINDS: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
const database = await createDatabaseServer({ dataDir, admin: BENCH_ADMIN });

const server = await startWebServer({ host: '127.0.0.1', port: 0, database });
server.serveApp((request, response) => {
  // The policy is the app's: pages of a bench start workers as they like.
  response.removeHeader('Content-Security-Policy');
  try {
    const file = path.join(pages, path.normalize(new URL(request.url ?? '/', 'http://bench').pathname));
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': KINDS[path.extname(file)] ?? 'application/octet-stream' });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
console.log(JSON.stringify({ port: Number(new URL(server.url).port) }));

process.once('SIGTERM', () => {
  void Promise.all([server.close(), database.close()]).then(() => process.exit(0));
});
