// The server as a street has it: `npm start`'s own command in a process of its own, so that a journey can stop it, kill
// it and start it again on the same port with the same data.
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Person {
  user: string;
  password: string;
}

export interface RunningServer {
  url: string;
  port: number;
  administrator: Person;
  /** The demo's people by user name. */
  people: ReadonlyMap<string, Person>;
  /** `SIGTERM`, and waits for the end of the process. */
  stop(): Promise<void>;
  /** `SIGKILL`: no goodbye. */
  kill(): Promise<void>;
  /** The same port, the same data. */
  start(): Promise<void>;
  /** A copy of its data as it is now, for `putBack`. Only while it is stopped. */
  copyData(): string;
  /** The data are that copy again, whatever came since. Only while it is stopped. */
  putBack(copy: string): void;
  /** Stops, and removes the data and its copies. */
  remove(): Promise<void>;
}

export interface ServerWish {
  /** Its data folder is copied from one that was filled once for all journeys. */
  demo: boolean;
  /** `/db` passes on to this CouchDB. */
  couchdb?: { url: string } & Person;
}

const ENTRY = path.resolve(import.meta.dirname, '../../scripts/start.ts');
/** The first of a run builds what has changed, and fills the demo; other work may have the processor. */
const START_MS = 240_000;

/** A server of the demo on a free port. */
export async function startServer(wish: ServerWish = { demo: true }): Promise<RunningServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'qiaomen-journey-'));
  if (wish.demo && !wish.couchdb) cpSync(await filledFolder(), dataDir, { recursive: true });
  const port = await freePort();
  const environment = environmentOf(wish, { dataDir, port });
  const copies: string[] = [];
  let running = await startProcess(environment);
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((resolve) => running.child.once('exit', resolve));
    if (running.child.exitCode !== null || running.child.signalCode !== null) return;
    running.child.kill(signal);
    await ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    administrator: running.administrator,
    people: running.people,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async start() {
      running = await startProcess(environment);
    },
    copyData() {
      const copy = mkdtempSync(path.join(tmpdir(), 'qiaomen-journey-'));
      copies.push(copy);
      cpSync(dataDir, copy, { recursive: true });
      return copy;
    },
    putBack(copy) {
      rmSync(dataDir, { recursive: true });
      cpSync(copy, dataDir, { recursive: true });
    },
    async remove() {
      await end('SIGTERM');
      for (const folder of [dataDir, ...copies]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Environment = Record<string, string>;

const ADMIN_PASSWORD = 'journeys-only';

function environmentOf(wish: ServerWish, { dataDir, port }: { dataDir: string; port: number }): Environment {
  const { couchdb } = wish;
  return {
    DATA_DIR: dataDir,
    PORT: String(port),
    DEMO: wish.demo ? 'yes' : 'no',
    ...(couchdb
      ? { COUCHDB_URL: couchdb.url, COUCHDB_USER: couchdb.user, COUCHDB_PASSWORD: couchdb.password }
      : { COUCHDB_URL: '', ADMIN_PASSWORD }),
  };
}

let filled: Promise<string> | undefined;

/** A folder of data with the demo in it, made once for this run. */
function filledFolder(): Promise<string> {
  filled ??= (async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'qiaomen-journey-demo-'));
    process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
    const { child } = await startProcess(environmentOf({ demo: true }, { dataDir, port: await freePort() }));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    return dataDir;
  })();
  return filled;
}

interface Started {
  child: ChildProcess;
  administrator: Person;
  people: Map<string, Person>;
}

/** Waits until the command has said all it says when it runs; its last line is how long it took. */
async function startProcess(environment: Environment): Promise<Started> {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const stopWithUs = () => void child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  child.once('exit', () => process.off('exit', stopWithUs));
  await new Promise<void>((resolve, reject) => {
    const failed = (why: string) => {
      stopWithUs();
      reject(new Error(`the server did not start: ${why}\n${said}`));
    };
    const timer = setTimeout(() => failed('nothing was heard of it in time'), START_MS);
    const hear = (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (!/^\d+\.\d s$/m.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      failed(`it ended with ${code}`);
    });
  });
  const { COUCHDB_USER, COUCHDB_PASSWORD } = environment;
  const administrator =
    COUCHDB_USER && COUCHDB_PASSWORD
      ? { user: COUCHDB_USER, password: COUCHDB_PASSWORD }
      : { user: 'admin', password: ADMIN_PASSWORD };
  return { child, administrator, people: peopleIn(said) };
}

/** The lines of sign-ins begin with name and password: `  limin  qjdz-fdfq-fsyd  …`. */
function peopleIn(said: string): Map<string, Person> {
  const lines = said.matchAll(/^ {2}([a-z]+) +(\S+) /gm);
  return new Map([...lines].map(([, user = '', password = '']) => [user, { user, password }]));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
