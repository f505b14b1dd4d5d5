// The CouchDB behind the gateway, as the gateway itself asks it: short questions with short answers. Whatever goes to a
// client is passed on elsewhere, streaming. Invariant: one connection pool to it; a question that fails is a refusal with
// a sentence.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Refusal } from './refusal.ts';

export interface Question {
  method: string;
  /** Below the server's `/`, with its query. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: Buffer;
  signal?: AbortSignal;
  /** What it asks for would be done twice. */
  onceOnly?: true;
}

export interface UpstreamAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body parsed; undefined where it is no JSON. */
  json: unknown;
}

export interface Upstream {
  /** Where it is, without credentials. */
  readonly target: URL;
  /** Sends nothing yet but the head; the caller writes and ends. */
  open(question: Omit<Question, 'body'>): ClientRequest;
  /** Refuses with 502 or 503 where nothing whole comes. */
  ask(question: Question): Promise<UpstreamAnswer>;
  close(): void;
}

const ANSWER_AT_MOST_BYTES = 64 * 1024 * 1024;
/** An idle connection is let go of before the server does it (Node's closes after five seconds): what is sent meanwhile is lost. */
const IDLE_MS = 4_000;

export function createUpstream(couchdbUrl: string): Upstream {
  const target = new URL(couchdbUrl);
  target.username = '';
  target.password = '';
  const isTls = target.protocol === 'https:';
  const pool = { keepAlive: true, timeout: IDLE_MS };
  const agent = isTls ? new HttpsAgent(pool) : new HttpAgent(pool);
  const running = new Set<ClientRequest>();
  const base = target.pathname.replace(/\/$/, '');

  function open({ method, path, headers, signal }: Omit<Question, 'body'>): ClientRequest {
    const options: RequestOptions = {
      agent,
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port,
      method,
      path: base + path,
      headers: { ...headers, host: target.host },
      ...(signal ? { signal } : {}),
    };
    const request = (isTls ? httpsRequest : httpRequest)(options);
    running.add(request);
    request.once('close', () => running.delete(request));
    return request;
  }

  function askOnce(question: Question): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      const { body } = question;
      const length = body ? { 'content-length': String(body.length) } : {};
      const request = open({ ...question, headers: { ...question.headers, ...length } });
      request.once('error', (failure: NodeJS.ErrnoException) => {
        const closing = request.reusedSocket && failure.code === 'ECONNRESET';
        reject(closing ? new ClosedMeanwhile() : upstreamFault(failure));
      });
      request.once('response', (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > ANSWER_AT_MOST_BYTES) request.destroy();
          else chunks.push(chunk);
        });
        answer.once('error', (failure) => reject(upstreamFault(failure)));
        answer.once('close', () => {
          if (!answer.complete) return reject(upstreamFault(new Error('cut short')));
          const whole = Buffer.concat(chunks);
          const { statusCode: status = 502, headers } = answer;
          resolve({ status, headers, body: whole, json: parse(whole) });
        });
      });
      request.end(body);
    });
  }

  return {
    target,
    open,
    async ask(question) {
      for (let tries = 0; ; tries++) {
        try {
          return await askOnce(question);
        } catch (failure) {
          if (!(failure instanceof ClosedMeanwhile)) throw failure;
          if (question.onceOnly || tries === TRIES - 1) throw upstreamFault(failure);
        }
      }
    },
    close() {
      for (const request of running) request.destroy();
      agent.destroy();
    },
  };
}

/** The connection was kept from an earlier question and closed as this one went out: it is put again. */
class ClosedMeanwhile extends Error {}
const TRIES = 3;

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const DOWN = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN']);

export function upstreamFault(failure: NodeJS.ErrnoException): Refusal {
  return DOWN.has(failure.code ?? '')
    ? new Refusal(
        503,
        'service unavailable',
        'The database behind this server cannot be reached. Try again later.',
      )
    : new Refusal(502, 'bad_gateway', 'The database behind this server broke off its answer. Try again.');
}
