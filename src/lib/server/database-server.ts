// The embedded server: CouchDB's HTTP over PouchDB's storage on LevelDB. It knows documents, not households.
// Invariant: whatever comes in, an answer goes out and the process lives; refusals are told in CouchDB's words, faults
// as 500 without their details, which go to the log.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createAccounts } from './accounts.ts';
import { createAnswer, type Answer } from './answer.ts';
import { openDatabaseCatalog } from './database-catalog.ts';
import { answerDatabase } from './database-routes.ts';
import { createDeviceGate, type DeviceGate } from './device-gate.ts';
import { NOBODY, parseTarget, type Exchange } from './exchange.ts';
import { createGate, type Gate } from './gate.ts';
import { firstAbort, longLivedAbort } from './first-abort.ts';
import { createLaterWrites } from './later-writes.ts';
import { levelDb, type LevelEngine } from './level-engine.ts';
import { createDesignFilters } from './design-filter.ts';
import { createDesignValidation } from './design-validation.ts';
import { guardExchange } from './guarded-exchange.ts';
import { heldDevices } from './held-devices.ts';
import { levelStorage } from './level-storage.ts';
import { createOpenFeeds } from './open-feeds.ts';
import { Refusal } from './refusal.ts';
import { readBody } from './request-body.ts';
import { DEFAULT_LIMITS, type Limits, type ServerParts } from './server-parts.ts';
import { answerAllDbs, answerUp, answerUuids, answerWelcome } from './server-routes.ts';
import { answerSession } from './session-routes.ts';
import { createSignIn, type SignedInBy } from './sign-in.ts';
import { type OpenStorage } from './storage.ts';
import { USERS_DATABASE } from './users-database.ts';
import { createValidationSandbox } from './validation-sandbox.ts';
import { createWhoAsks, type WhoAsks } from './who-asks.ts';

export interface DatabaseServerOptions {
  /** Folder of the data; made if missing. */
  dataDir: string;
  admin: { name: string; password: string };
  log?: (line: string) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Rounds of PBKDF2-SHA256 for new passwords. */
  iterations?: number;
  limits?: Partial<Limits>;
  /** First pause of a guesser after four wrong tries; it doubles up to eightfold. */
  guessStepMs?: number;
  /** Given, a proxy that knows it is believed who a request is from, as CouchDB believes one. */
  proxySecret?: string;
  /** Who may ask what; a gate that knows of no append-only database where nothing is said. `open`: whatever CouchDB lets. */
  gate?: Gate | 'open';
  /** Another key-value engine than LevelDB: one in memory, for tests. Then `dataDir` is only a name. */
  engine?: LevelEngine;
  /** Another way to store documents, for tests. */
  openStorage?: OpenStorage;
}

export interface DatabaseServer {
  /** Answers a request whose url is CouchDB's own path, without a mount before it. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** For what is answered beside the databases. */
  whoAsks: WhoAsks;
  /** Ends feeds, waits for writes, closes the files. */
  close(): Promise<void>;
}

const ITERATIONS = 600_000;
const GUESS_STEP_MS = 1000;
const CLOSE_WAIT_MS = 3000;

export async function createDatabaseServer(options: DatabaseServerOptions): Promise<DatabaseServer> {
  const { dataDir, admin, log = () => undefined, now = Date.now, iterations = ITERATIONS } = options;
  const { engine = levelDb, guessStepMs = GUESS_STEP_MS, openStorage = levelStorage(engine) } = options;
  const catalog = await openDatabaseCatalog({
    dataDir,
    engine,
    openStorage,
    onDisk: engine === levelDb,
    now,
  });
  const { secret } = catalog;
  await catalog.create(USERS_DATABASE);
  const users = await catalog.find(USERS_DATABASE);
  if (!users) throw new Error('the database of users is gone');
  const accounts = createAccounts({ admin, users: users.store, secret, now });
  const signIn = createSignIn({
    accounts,
    secret,
    now,
    guessStepMs,
    iterations,
    proxySecret: options.proxySecret,
  });
  const feeds = createOpenFeeds(accounts, now);
  const validation = createDesignValidation(createValidationSandbox());
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const gate = options.gate ?? createGate({ now });
  const parts: ServerParts = {
    catalog,
    accounts,
    signIn,
    feeds,
    later: createLaterWrites(limits.requestBytes + limits.attachmentBytes, log),
    validation,
    gate,
    devices: devicesOf(gate, () => parts),
    filters: createDesignFilters(),
    limits,
    iterations,
    now,
    log,
  };
  const whoAsks = createWhoAsks({ devices: parts.devices, identity: signIn, gate });
  const closing = longLivedAbort();
  const running = new Map<ServerResponse, Promise<void>>();
  return {
    whoAsks,
    handle(request, response) {
      if (closing.signal.aborted) return void refuseClosing(request, response);
      const answering = answerRequest(request, response, { parts, closing: closing.signal });
      running.set(response, answering);
      void answering.finally(() => running.delete(response));
    },
    async close() {
      closing.abort();
      feeds.endAll();
      // A client that never finishes sending is not waited for, but its request must have ended before the files close.
      await Promise.race([
        Promise.allSettled(running.values()),
        wait(CLOSE_WAIT_MS, undefined, { ref: false }),
      ]);
      for (const response of running.keys()) response.destroy();
      await Promise.allSettled(running.values());
      await catalog.close();
    },
  };
}

function devicesOf(gate: Gate | 'open', parts: () => ServerParts): DeviceGate | undefined {
  if (gate === 'open' || !gate.devices) return undefined;
  const { devices: rules, rate } = gate;
  return createDeviceGate({
    rules,
    documents: heldDevices(rules.database, parts),
    accounts: { find: (name) => parts().accounts.find(name) },
    now: () => parts().now(),
    count: (address) => rate.count(NOBODY, address),
    log: (line) => parts().log(line),
  });
}

function refuseClosing(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Connection', 'close');
  return createAnswer(request, response).refuse(
    new Refusal(503, 'service_unavailable', 'The server is closing. Try again in a moment.'),
  );
}

interface Running {
  parts: ServerParts;
  closing: AbortSignal;
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  running: Running,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const ending = firstAbort([gone.signal, running.closing]);
  const answer = createAnswer(request, response);
  try {
    await route(request, { answer, gone: ending.signal, parts: running.parts });
  } catch (failure) {
    await answerFailure(failure, { answer, response, log: running.parts.log }).catch(() =>
      response.destroy(),
    );
  } finally {
    ending.release();
  }
}

async function route(
  request: IncomingMessage,
  { answer, gone, parts }: { answer: Answer; gone: AbortSignal; parts: ServerParts },
): Promise<void> {
  const { segments, query } = parseTarget(request.url ?? '/');
  const device = await parts.devices?.admit({ segments, request, answer });
  if (device === 'answered') return;
  const { user, by, renewal } = await parts.signIn.identify(request);
  parts.devices?.saw(device, user);
  if (renewal) answer.header('Set-Cookie', renewal);
  const method = request.method ?? 'GET';
  const body = (maxBytes: number): Promise<Buffer> => readBody(request, maxBytes);
  const exchange: Exchange = { method, segments, query, request, answer, user, gone, body };
  if (parts.gate === 'open') return routeExchange(exchange, parts, by);
  await guardExchange(exchange, { parts, gate: parts.gate }, (guarded) => routeExchange(guarded, parts, by));
}

async function routeExchange(exchange: Exchange, parts: ServerParts, by: SignedInBy): Promise<void> {
  switch (exchange.segments[0]) {
    case undefined:
      return answerWelcome(exchange);
    case '_up':
      return answerUp(exchange);
    case '_uuids':
      return answerUuids(exchange);
    case '_all_dbs':
      return answerAllDbs(exchange, parts);
    case '_session':
      return answerSession(exchange, parts, by);
    default:
      return answerDatabase(exchange, parts);
  }
}

/** A refusal's reason may be words of a document (a filter threw them): those stay out of the log. */
function describeFault(failure: unknown): string {
  if (failure instanceof Refusal) return `${failure.status} ${failure.error}, the answer broken off`;
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}

async function answerFailure(
  failure: unknown,
  { answer, response, log }: { answer: Answer; response: ServerResponse; log: (line: string) => void },
): Promise<void> {
  if (failure instanceof Refusal && !answer.started()) return answer.refuse(failure);
  if (response.destroyed) return;
  log(`fault: ${describeFault(failure)}`);
  // Half an answer is cut off: a reader must not take it for a whole one.
  if (answer.started()) response.destroy();
  else
    await answer.refuse(
      new Refusal(500, 'internal_server_error', 'The server could not answer this; its log says why.'),
    );
}
