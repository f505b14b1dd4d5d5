// The devices before the people: a device that is shut out is answered nothing, whoever is signed in on it, from its next
// request on; one that asks without a session learns that, and which of its own users are no more; and once a day it is
// written down who used it. It knows devices by `DeviceRules` alone, and keeps their documents where it is told.
// Invariants: nobody but whoever holds a device's name learns anything by it; a document that cannot be written holds up no
// request; what a lost device reports is answered `ok` when it is on disk.
import { type IncomingMessage } from 'node:http';
import { type Accounts } from './accounts.ts';
import { type Answer } from './answer.ts';
import { type DeviceDocument, type DeviceRules } from './device-rules.ts';
import { type UserContext } from './exchange.ts';
import { badRequest, methodNotAllowed, Refusal } from './refusal.ts';
import { parseJson, readBody } from './request-body.ts';
import { sessionHeader } from './session-cookie.ts';

/** The devices' documents, as an administrator reads and writes them. */
export interface DeviceDocuments {
  /** At most half a second old. Undefined where there is none, or no such database. */
  read(id: string): Promise<DeviceDocument | undefined>;
  /** False where it was changed meanwhile, or there is no such database. */
  write(document: DeviceDocument): Promise<boolean>;
}

export interface KnownDevice {
  device: string;
  id: string;
  document: DeviceDocument | undefined;
}

export interface DeviceGate {
  /**
   * `answered`: it was a question of the device itself. Undefined: the request names no device. Refuses with 410 what is
   * shut out, its session ended with it.
   */
  admit(asking: AskingDevice): Promise<KnownDevice | 'answered' | undefined>;
  /** Somebody asks from it: written down once a day, after the request and apart from it. */
  saw(known: KnownDevice | undefined, user: UserContext): void;
}

export interface AskingDevice {
  segments: readonly string[];
  request: IncomingMessage;
  answer: Answer;
}

export interface DeviceGateOptions {
  rules: DeviceRules;
  documents: DeviceDocuments;
  accounts: Pick<Accounts, 'find'>;
  now: () => number;
  /** Counts a request of nobody. */
  count: (address: string) => void;
  log: (line: string) => void;
}

const REPORT_AT_MOST_BYTES = 1024;
const WRITE_TRIES = 3;
/** Devices one person can make known while the server runs: she carries one or two. */
const NEW_DEVICES_AT_MOST = 50;
const REMEMBERED_AT_MOST = 10_000;

export function createDeviceGate(options: DeviceGateOptions): DeviceGate {
  const { rules, documents, now, count, log } = options;
  const noteUse = createUses(options);

  async function known(request: IncomingMessage): Promise<KnownDevice | undefined> {
    const device = request.headers[rules.header];
    const id = typeof device === 'string' ? rules.documentId(device) : undefined;
    if (typeof device !== 'string' || id === undefined) return undefined;
    return { device, id, document: await documents.read(id) };
  }

  async function answerDevice(device: KnownDevice, { request, answer }: AskingDevice): Promise<void> {
    if (request.method === 'POST') {
      const body = parseJson(await readBody(request, REPORT_AT_MOST_BYTES));
      await report(device, body);
      return answer.json(200, { ok: true });
    }
    refuseShutOut(device, { request, answer });
    await answer.json(200, { ok: true, ended: await endedOn(device.document) });
  }

  async function report({ id }: KnownDevice, body: unknown): Promise<void> {
    const isWritten = await rewrite(documents, id, (document) => {
      const reported = rules.reported(document, { body, nowMs: now() });
      if (reported === 'unknown')
        throw new Refusal(404, 'unknown_order', 'Nobody asked this device for that.');
      return reported === document ? undefined : reported;
    });
    if (!isWritten) throw new Refusal(503, 'service unavailable', 'It could not be written down. Try again.');
  }

  /** Only of those who used this device, and only to whoever knows its name. */
  async function endedOn(document: DeviceDocument | undefined): Promise<string[]> {
    const users = document ? rules.usersOf(document) : [];
    const accounts = await Promise.all(users.map((name) => options.accounts.find(name)));
    return users.filter((_name, at) => !rules.isUser(accounts[at]?.roles ?? []));
  }

  /** The cookie is out of reach of every script: it goes with the refusal. */
  function refuseShutOut(
    { device, document }: KnownDevice,
    { request, answer }: Pick<AskingDevice, 'request' | 'answer'>,
  ): void {
    const why = document && rules.shutOut(document);
    if (!why) return;
    answer.header('Set-Cookie', sessionHeader('', request));
    throw Object.assign(new Refusal(410, why.error, why.reason), { more: { device, order: why.order } });
  }

  return {
    async admit(asking) {
      const { segments, request } = asking;
      const asks = segments.length === 1 && segments[0] === rules.path;
      if (asks) count(request.socket.remoteAddress ?? '');
      const device = await known(request);
      if (!asks) {
        if (device) refuseShutOut(device, asking);
        return device;
      }
      if (request.method !== 'GET' && request.method !== 'POST') throw methodNotAllowed('GET,POST');
      if (!device) throw badRequest('Only a device that names itself is answered here.');
      await answerDevice(device, asking);
      return 'answered';
    },
    saw(device, user) {
      if (!device || user.name === null || !rules.isUser(user.roles)) return;
      noteUse(device, user.name).catch((fault: unknown) => log(`use of a device: ${String(fault)}`));
    },
  };
}

/** Writes a use down where the document does not know of it; in memory stands what it is known to know. */
function createUses({ rules, documents, now }: DeviceGateOptions) {
  const told = new Map<string, number>();
  const made = new Map<string, number>();
  const remember = (use: string) => {
    if (told.size >= REMEMBERED_AT_MOST) told.clear();
    told.set(use, Math.floor(now() / HALF_HOUR_MS));
  };
  return async (known: KnownDevice, user: string): Promise<void> => {
    const { device, id } = known;
    const use = `${device}\n${user}`;
    if (told.get(use) === Math.floor(now() / HALF_HOUR_MS)) return;
    remember(use);
    if (!rules.usedBy(known.document, { device, user, nowMs: now() })) return;
    const isNew = known.document === undefined;
    if (isNew && (made.get(user) ?? 0) >= NEW_DEVICES_AT_MOST) return;
    if (isNew) made.set(user, (made.get(user) ?? 0) + 1);
    const isWritten = await rewrite(documents, id, (document) =>
      rules.usedBy(document, { device, user, nowMs: now() }),
    );
    if (!isWritten) told.delete(use);
  };
}

/** Days turn at a half hour in every time zone there is: no day goes unnoticed for longer. */
const HALF_HOUR_MS = 1_800_000;

/** `change` answers undefined where there is nothing to write. */
async function rewrite(
  documents: DeviceDocuments,
  id: string,
  change: (document: DeviceDocument | undefined) => DeviceDocument | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < WRITE_TRIES; tries++) {
    const changed = change(await documents.read(id));
    if (!changed || (await documents.write(changed))) return true;
  }
  return false;
}
