// `/_session`: sign in, who am I, sign out. Source: Apache CouchDB 3.5, "Authentication", Cookie Authentication.
import { type Exchange } from './exchange.ts';
import { badRequest, unauthorized } from './refusal.ts';
import { isObject, parseJson } from './request-body.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';
import { sessionHeader } from './session-cookie.ts';
import { type SignedInBy } from './sign-in.ts';

const FORM_AT_MOST_BYTES = 16 * 1024;

export async function answerSession(
  exchange: Exchange,
  parts: Pick<ServerParts, 'signIn'>,
  by: SignedInBy,
): Promise<void> {
  requireMethod(exchange, 'GET,HEAD,POST,DELETE');
  const { method, answer, request } = exchange;
  if (method === 'POST') return signInWithForm(exchange, parts);
  if (method === 'DELETE') {
    answer.header('Set-Cookie', sessionHeader('', request));
    return answer.json(200, { ok: true });
  }
  const { user, query } = exchange;
  if (user.name === null && query.get('basic') === 'true') throw unauthorized('Please login.');
  const info = { authentication_handlers: ['cookie', 'default'], ...(by ? { authenticated: by } : {}) };
  await answer.json(200, { ok: true, userCtx: { name: user.name, roles: user.roles }, info });
}

async function signInWithForm(exchange: Exchange, { signIn }: Pick<ServerParts, 'signIn'>): Promise<void> {
  const { answer, request } = exchange;
  const form = parseForm(
    await exchange.body(FORM_AT_MOST_BYTES),
    String(request.headers['content-type'] ?? ''),
  );
  const { username, name = username, password = '' } = form;
  if (typeof name !== 'string') throw badRequest('request body must contain a username');
  if (username !== undefined && username !== name)
    throw badRequest('request body contains different usernames');
  const account = typeof password === 'string' ? await signIn.byPassword(name, password, request) : undefined;
  if (!account) {
    answer.header('Set-Cookie', sessionHeader('', request));
    throw unauthorized('Name or password is incorrect.');
  }
  answer.header('Set-Cookie', signIn.sessionFor(account, request));
  await answer.json(200, { ok: true, name: account.name, roles: account.roles });
}

function parseForm(body: Buffer, type: string): Record<string, unknown> {
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  }
  if (!type.startsWith('application/json')) return {};
  const value = parseJson(body);
  return isObject(value) ? value : {};
}
