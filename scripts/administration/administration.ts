// `POST /administration`: what the head of a community does with her people, from a screen. It stands beside `/db` in the
// same process, since the database knows no communities (ADR 0006), and writes with the administrator's connection.
// Invariants: nothing of a request is read before its session, its device and its rate were judged, and roles are those of
// this moment; another site's page, a form and Basic credentials are refused; one head changes one thing at a time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { administrationCallSchema } from '#lib/domain/administration.ts';
import type { IsoInstant } from '#lib/domain/time.ts';
import { createSerial } from '#lib/protocol/serial.ts';
import { createAnswer, type Answer } from '#lib/server/answer.ts';
import { checkShape } from '#lib/server/json-shape.ts';
import type { MountedServer } from '#lib/server/mount.ts';
import { badRequest, forbidden, methodNotAllowed, Refusal, unauthorized } from '#lib/server/refusal.ts';
import { parseJson, readBody, requireJsonType } from '#lib/server/request-body.ts';
import type { WhoAsks } from '#lib/server/who-asks.ts';
import type { CouchClient } from '../couch-client.ts';
import { readRoll } from '../people/roll.ts';
import { couchAdministrator } from '../provision/couch-administrator.ts';
import { ProvisionError } from '../provision/provision-error.ts';
import { headOf, judgeHead } from './head-rules.ts';
import { perform } from './perform.ts';

export interface AdministrationOptions {
  whoAsks: WhoAsks;
  /** The administrator's. */
  client: CouchClient;
  now: () => IsoInstant;
  log: (line: string) => void;
}

const BODY_AT_MOST_BYTES = 16 * 1024;
const DEPTH_AT_MOST = 8;

export function createAdministration(options: AdministrationOptions): MountedServer {
  const inTurn = createSerial();
  return {
    handle(request, response) {
      const answer = createAnswer(request, response);
      answerCall(request, answer, { ...options, inTurn }).catch((fault: unknown) =>
        answerFault(fault, { answer, response, log: options.log }),
      );
    },
  };
}

type Parts = AdministrationOptions & { inTurn: ReturnType<typeof createSerial> };

async function answerCall(request: IncomingMessage, answer: Answer, parts: Parts): Promise<void> {
  if (request.method !== 'POST') throw methodNotAllowed('POST');
  requireOwnPage(request);
  requireJsonType(request);
  const user = await parts.whoAsks(request, answer);
  if (user.name === null) throw unauthorized('Sign in first.');
  const head = headOf(user);
  if (!head) throw forbidden('Only the head of a community administers here.');
  const body = await readBody(request, BODY_AT_MOST_BYTES);
  if (checkShape(body, DEPTH_AT_MOST) !== 'sound') throw badRequest('The body is no call.');
  const read = administrationCallSchema.safeParse(parseJson(body));
  if (!read.success) throw badRequest(`The body is no call: ${read.error.issues[0]?.path.join('.') ?? ''}`);
  const call = read.data;
  const couch = couchAdministrator(parts.client);
  const said = await parts.inTurn(async () => {
    const author = { person: head.user, device: 'administration', now: parts.now() };
    const roll = await readRoll(couch, author.now);
    // What she was when the request began she may be no more when its turn comes.
    const still = headOf({ name: head.user, roles: roll.people.get(head.user)?.held.roles ?? [] });
    if (!still) throw forbidden('Only the head of a community administers here.');
    const asked = { office: { couch, author }, roll, head: still };
    return judgeHead(still, call, roll) ?? (await perform(asked, call));
  });
  const status = said.outcome !== 'refused' ? 200 : said.why === 'not-yours' ? 403 : 409;
  await answer.json(status, said);
}

/**
 * That a page of this origin asks. Browsers say so in a header no script can write (Fetch Metadata, W3C), or name their
 * origin; whoever says neither is no browser, and has no business here.
 */
function requireOwnPage({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? isOwnOrigin(headers.origin, headers.host) : site === 'same-origin';
  if (!isOwn || headers.authorization !== undefined) throw forbidden('Only the app itself asks this.');
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}

async function answerFault(
  fault: unknown,
  { answer, response, log }: { answer: Answer; response: ServerResponse; log: (line: string) => void },
): Promise<void> {
  if (answer.started() || response.destroyed) return void response.destroy();
  if (!(fault instanceof Refusal)) log(`administration: ${describe(fault)}`);
  const refusal =
    fault instanceof Refusal
      ? fault
      : new Refusal(
          503,
          'service unavailable',
          'It could not be done now. Look what is done, and try again.',
        );
  await answer.refuse(refusal).catch(() => response.destroy());
}

const describe = (fault: unknown): string =>
  fault instanceof ProvisionError ? `${fault.kind}: ${fault.message}` : String(fault);
