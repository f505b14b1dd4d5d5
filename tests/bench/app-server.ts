// Starts the app of a bench on a free port and stops it again, with a folder of data of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { couchClient, type CouchClient } from '../../scripts/couch-client.ts';

/** Of the administrator, `admin`. */
export const APP_PASSWORD = 'benches-only';

export interface AppServer {
  url: string;
  /** The administrator's. */
  couch: CouchClient;
  /** Name and password of somebody of the demo. */
  person(user: string): { user: string; password: string };
  /** Ends the process; the data stay. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

interface Told {
  url: string;
  people: { user: string; password: string }[];
}

export async function startAppServer(households: number): Promise<AppServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'qiaomen-bench-app-'));
  const entry = path.join(import.meta.dirname, 'serve-app.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', entry, dataDir, String(households), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the app of the bench ended with ${code}`)));
  });
  const { url, people } = JSON.parse(line) as Told;
  return {
    url,
    couch: couchClient({ url: `${url}/db`, user: 'admin', password: APP_PASSWORD }),
    person(user) {
      const person = people.find((one) => one.user === user);
      if (!person) throw new Error(`the demo has no ${user}`);
      return person;
    },
    stop: () => ended(child),
    async remove() {
      await ended(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
