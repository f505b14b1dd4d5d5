// Starts the whole of 敲门 in this process: app and `/db` on one port, filled where it was empty. `npm start`, the
// journeys and the benches all come through here. Throws a `StartError` with a sentence; then nothing is left running.
import { beijingDate } from '#lib/domain/time.ts';
import { createAdministration } from './administration/administration.ts';
import { yearsOn } from './provision/scope-plan.ts';
import { readStreets } from './provision/read-streets.ts';
import { ensureBuild, loadApp } from './start-build.ts';
import {
  bringUpToDate,
  DEFAULT_DEMO,
  fillServer,
  startErrorOf,
  type DemoSize,
  type FilledServer,
  type FillOptions,
} from './start-content.ts';
import { openDataFolder } from './start-data-folder.ts';
import { startEmbedded, startGateway, type CouchdbSettings, type StartedDatabase } from './start-database.ts';
import { StartError } from './start-error.ts';
import { signInsOf, type SignIn } from './sign-ins.ts';
import { startWebServer, type WebServer } from './web-server.ts';

export interface StartOptions {
  /** 0 for any that is free. */
  port: number;
  /** 127.0.0.1 where nothing is said. */
  host?: string;
  dataDir: string;
  adminPassword?: string;
  /** Given, `/db` passes on to this CouchDB, and its databases are made there. */
  couchdb?: CouchdbSettings;
  /** What an empty server gets; `false` for nothing. */
  demo?: false | Partial<DemoSize>;
  /** `false` serves `/db` alone, for tests that need no app. */
  app?: boolean;
  log?: (line: string) => void;
  onProgress?: (progress: StartProgress) => void;
}

export type StartProgress = { stage: 'build' } | { stage: 'street' | 'documents'; done: number; of: number };

export interface RunningQiaomen {
  /** By which this machine reaches it, without a closing slash. */
  url: string;
  /** `given`: the password came from outside, and is not for printing. */
  administrator: { name: string; password: string; given: boolean };
  /** The people of the demo; none where there is no demo. */
  signIns: SignIn[];
  filled: FilledServer['filled'];
  organisationKey: FilledServer['organisationKey'];
  /** Ends feeds, waits for writes, closes the files. May be called twice. */
  close(): Promise<void>;
}

export async function startQiaomen(options: StartOptions): Promise<RunningQiaomen> {
  const { host = '127.0.0.1', port, dataDir, couchdb, log = () => undefined } = options;
  const folder = await openDataFolder(dataDir, couchdb?.url);
  const adminPassword = couchdb ? couchdb.password : await folder.adminPassword(options.adminPassword);
  const database = couchdb
    ? await startGateway(couchdb, log)
    : await startEmbedded({ dataDir, adminPassword, log });
  let web: WebServer | undefined;
  try {
    web = await listen({ host, port, database });
    const filling: FillOptions = {
      client: database.client(web.url),
      folder,
      administrator: database.administrator,
      demo: options.demo === false ? undefined : { ...DEFAULT_DEMO, ...options.demo },
      now: () => new Date().toISOString(),
      onProgress: (stage, done, of) => options.onProgress?.({ stage, done, of }),
    };
    const { demo, filled, organisationKey } = await fillServer(filling);
    const { whoAsks } = database;
    web.serveAdministration(createAdministration({ whoAsks, client: filling.client, now: filling.now, log }));
    if (options.app !== false) {
      await ensureBuild(() => options.onProgress?.({ stage: 'build' }));
      web.serveApp(await loadApp());
    }
    return {
      url: web.url,
      administrator: {
        name: database.administrator,
        password: adminPassword,
        given: (couchdb ?? options.adminPassword) !== undefined,
      },
      signIns: demo ? signInsOf(demo) : [],
      filled,
      organisationKey,
      close: closing({ web, database, stop: keepYears(filling, log) }),
    };
  } catch (fault) {
    await web?.close();
    await database.close();
    throw startErrorOf(fault, couchdb);
  }
}

async function listen(options: {
  host: string;
  port: number;
  database: StartedDatabase;
}): Promise<WebServer> {
  const { host, port, database } = options;
  try {
    return await startWebServer({ host, port, database: database.mounted });
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code ?? String(fault);
    if (code === 'EADDRINUSE') throw new StartError({ kind: 'port-in-use', port });
    throw new StartError({ kind: 'cannot-listen', host, port, reason: code });
  }
}

const HOUR_MS = 3_600_000;

/** A server that runs over New Year gets the databases of the year that comes, in December. */
function keepYears(filling: FillOptions, log: (line: string) => void): () => void {
  const yearsNow = () => yearsOn(beijingDate(filling.now())).join();
  let known = yearsNow();
  const timer = setInterval(() => {
    const years = yearsNow();
    if (years === known) return;
    readStreets(filling.client)
      .then((streets) => bringUpToDate(streets ?? [], filling))
      .then(() => (known = years))
      .catch((fault: unknown) => log(`databases of the new year: ${String(fault)}`));
  }, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Feeds end first, so that their requests are no reason to wait. */
function closing(parts: {
  web: WebServer;
  database: StartedDatabase;
  stop: () => void;
}): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () =>
    (closed ??= (async () => {
      parts.stop();
      const ended = parts.web.close();
      await parts.database.close();
      await ended;
    })());
}
