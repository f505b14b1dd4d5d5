// What is around the databases: clocks, the disk of the data folder where it is this machine's, the headers of the app, the
// secret between gateway and CouchDB.
import { statfs } from 'node:fs/promises';
import { createCouchdbGateway } from '#lib/server/couchdb-gateway.ts';
import type { AdminCall } from '../admin-command.ts';
import { doctorWords as words } from './doctor-words.ts';
import { wrong, type Finding } from './finding.ts';

const CLOCK_S = 60;
const ROOM_MB = 1_000;
const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/;
const PATIENCE_MS = 10_000;

export async function checkMachine(call: AdminCall): Promise<Finding[]> {
  return [...(await checkApp(call)), ...(await checkDisk(call)), ...(await checkProxySecret(call))];
}

/** The app lies beside `/db`; where the address is CouchDB's own there is none to look at. */
async function checkApp({ url, terminal }: AdminCall): Promise<Finding[]> {
  const app = /^(.*)\/db\/?$/.exec(url)?.[1];
  const asked = await fetch(app === undefined ? url : `${app}/`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((fault: unknown) => String(fault));
  if (typeof asked === 'string') return app === undefined ? [] : [wrong('app', words.app(asked))];
  await asked.body?.cancel();
  const seconds = Math.round(
    Math.abs(Date.parse(asked.headers.get('date') ?? '') - terminal.now().getTime()) / 1_000,
  );
  const clock = seconds > CLOCK_S ? [wrong('clock', words.clock(seconds))] : [];
  return app === undefined ? clock : [...clock, ...headersOf(asked)];
}

function headersOf({ headers }: Response): Finding[] {
  const policy = headers.get('content-security-policy') ?? '';
  const evals = policy.replaceAll("'wasm-unsafe-eval'", '');
  const missing = [
    ...(policy === '' || /'unsafe-(inline|eval)'/.test(evals) ? ['Content-Security-Policy'] : []),
    ...(/frame-ancestors 'none'/.test(policy) ? [] : ['frame-ancestors']),
    ...(headers.get('x-content-type-options') === 'nosniff' ? [] : ['X-Content-Type-Options']),
  ];
  return missing.length > 0 ? [wrong('headers', words.noPolicy(missing))] : [];
}

async function checkDisk({ url, terminal: { environment } }: AdminCall): Promise<Finding[]> {
  if (!LOCAL.test(`${url}/`)) return [];
  const folder = environment.DATA_DIR ?? './data';
  const room = await statfs(folder).catch(() => undefined);
  if (!room) return [];
  const megabytes = Math.floor((room.bavail * room.bsize) / 1_000_000);
  return megabytes < ROOM_MB ? [wrong('disk', words.disk(folder, megabytes))] : [];
}

async function checkProxySecret({ terminal: { environment } }: AdminCall): Promise<Finding[]> {
  const { COUCHDB_URL: couchdbUrl, COUCHDB_PROXY_SECRET: proxySecret } = environment;
  if (!couchdbUrl) return [];
  if (!proxySecret) return [wrong('no-proxy-secret', words.noProxySecret)];
  const { COUCHDB_USER: name = 'admin', COUCHDB_PASSWORD: password = '' } = environment;
  const admin = { name, password };
  const gateway = createCouchdbGateway({ couchdbUrl: couchdbUrl.replace(/\/+$/, ''), admin, proxySecret });
  const said = await gateway.checkProxy().catch(() => 'unreachable' as const);
  await gateway.close();
  if (said === 'unreachable') return [wrong('couchdb-unreachable', words.proxyUnreachable(couchdbUrl))];
  return said === 'refused' ? [wrong('proxy-secret', words.proxyRefused)] : [];
}
