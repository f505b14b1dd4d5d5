// `/_session` at the gateway: its own where CouchDB believes it, else CouchDB's, slowed down for a guesser.
// Invariant: a wrong password costs the guesser the same either way, and no cookie leaves without its attributes.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer } from './answer.ts';
import { type AskedCall } from './call-rules.ts';
import { type Upstream } from './couchdb-upstream.ts';
import { type Exchange } from './exchange.ts';
import { type Gate } from './gate.ts';
import { type GatewayIdentity } from './gateway-identity.ts';
import { headersToPass, OF_THE_BODY, passOn } from './gateway-passing.ts';
import { isObject, readBody } from './request-body.ts';
import { hardenCookie } from './session-cookie.ts';
import { answerSession } from './session-routes.ts';

const FORM_AT_MOST_BYTES = 16 * 1024;

export interface GatewaySession {
  asked: AskedCall;
  request: IncomingMessage;
  response: ServerResponse;
  answer: Answer;
  identity: GatewayIdentity;
  upstream: Upstream;
  gate: Gate | 'open';
}

export async function answerGatewaySession(session: GatewaySession): Promise<void> {
  const { identity, asked, request, response, answer, upstream, gate } = session;
  const { signIn } = identity;
  if (!signIn && asked.method === 'POST') return signInAtCouchdb(session);
  if (!signIn) {
    if (gate !== 'open' && asked.method === 'GET') await identity.identify(request);
    const headers = headersToPass(request);
    const refuse = (refusal: Parameters<Answer['refuse']>[0]) => void answer.refuse(refusal);
    return passOn({ request, response, upstream, path: request.url ?? '/', headers, refuse });
  }
  const { user, by, renewal } = await identity.identify(request);
  if (gate !== 'open') gate.rate.count(user, request.socket.remoteAddress ?? '');
  if (renewal) answer.header('Set-Cookie', renewal);
  const exchange: Exchange = {
    ...asked,
    request,
    answer,
    user,
    gone: new AbortController().signal,
    body: (maxBytes) => readBody(request, maxBytes),
  };
  await answerSession(exchange, { signIn }, by);
}

async function signInAtCouchdb({
  identity,
  request,
  response,
  answer,
  upstream,
}: GatewaySession): Promise<void> {
  const body = await readBody(request, FORM_AT_MOST_BYTES);
  const headers = headersToPass(request, [...OF_THE_BODY, 'cookie']);
  const {
    status,
    headers: given,
    body: told,
  } = await identity.slowDown(nameOf(request, body), request, () =>
    upstream.ask({ method: 'POST', path: '/_session', headers, body }),
  );
  const cookies = given['set-cookie'];
  if (cookies)
    response.setHeader(
      'Set-Cookie',
      cookies.map((cookie) => hardenCookie(cookie, request)),
    );
  answer.header('Content-Type', given['content-type'] ?? 'application/json');
  answer.bytes(status, told);
}

/** Whom somebody signs in as; a form CouchDB will refuse has no name. */
function nameOf(request: IncomingMessage, body: Buffer): string {
  const text = body.toString('utf8');
  if (String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(text).get('name') ?? '';
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value.name === 'string' ? value.name : '';
  } catch {
    return '';
  }
}
