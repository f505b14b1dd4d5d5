// The line between a tablet and the server: `fetch` as the browser has it, with latency, and with all that befalls a
// request on its way. Invariant: what the server did, it did, whatever the tablet heard of it.
import type { Agent, VirtualTime } from './virtual-time.ts';
import type { Dice } from './dice.ts';
import { LINE_FAULTS, type FaultRates, type LineFault } from './fault-kinds.ts';
import type { ServerAnswer } from './model-server.ts';

export interface LineRequest {
  method: string;
  database: string;
  path: string;
  body: unknown;
  /** Rows of changes to repeat. */
  repeats: number;
}

export interface LinePorts {
  time: VirtualTime;
  agent: Agent;
  dice: Dice;
  /** What can go wrong now. */
  rates(): FaultRates;
  /** Whether anything of the server can be reached. */
  isUp(): boolean;
  serve(request: LineRequest): ServerAnswer | Promise<ServerAnswer>;
  /** Another number for another life of a database: restored, made anew. */
  lifeOf(database: string): number | undefined;
  /** The request goes out. */
  leaves(request: LineRequest): void;
  /** It breaks off on its way up. */
  breaksOff?(request: LineRequest): boolean;
  endSession(): void;
  tell(word: string): void;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What httpRemote reads of a Response. */
function aResponse({ status, text }: { status: number; text: string }, headers: Record<string, string>) {
  const get = (name: string) => headers[name.toLowerCase()] ?? null;
  return { status, headers: { get }, text: async () => text } as unknown as Response;
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const PORTAL = '<html><body>登录</body></html>';
const LONG_MS = 80_000;

/** URLs are `https://server/<database><path>`. */
export function lineOf(ports: LinePorts): Fetch {
  return (url, init) =>
    new Promise((resolve, reject) => {
      const { time, agent } = ports;
      const [, database = '', path = ''] = /^https:\/\/server\/([^/]+)(.*)$/.exec(url) ?? [];
      const method = init.method ?? 'GET';
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const fate = drawFate(ports);
      const request: LineRequest = {
        method,
        database,
        path,
        body,
        repeats: fate === 'rows-repeated' ? 1 + ports.dice.below(3) : 0,
      };
      const upMs = ports.dice.delay(5, 200);
      const downMs = ports.dice.delay(5, 200);
      const later = fate === 'slow' ? ports.dice.delay(1000, LONG_MS) : 0;
      const again = fate === 'delivered-twice' ? ports.dice.delay(10, LONG_MS) : 0;
      ports.leaves(request);
      ports.tell(`${agent.name} ${method} ${database}${path} ${fate ?? ''}`);
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      const fails = (delayMs: number) =>
        void time.schedule(agent, delayMs, () => reject(new TypeError('Failed to fetch')));
      const answers = (response: Response) =>
        void time.schedule(agent, downMs, () => {
          ports.tell(`${agent.name} hears ${String(response.status)}`);
          resolve(response);
        });
      if (fate === 'request-lost' || ports.breaksOff?.(request)) return fails(upMs + downMs);
      if (fate === 'hangs') return undefined;
      time.schedule(undefined, upMs + later, async () => {
        if (!ports.isUp()) return fails(downMs);
        const instead = answeredInstead(fate, ports, request);
        if (instead) return answers(instead);
        const { status, json } = await ports.serve(request);
        if (again > 0) time.schedule(undefined, again, secondDelivery(ports, request));
        if (fate === 'answer-lost') return fails(downMs);
        const text = JSON.stringify(json);
        const cut = fate === 'cut-short' ? text.slice(0, Math.floor(text.length / 2)) : text;
        const told = fate === 'status-202' && status === 201 ? 202 : status;
        return answers(aResponse({ status: told, text: cut }, JSON_HEADERS));
      });
      return undefined;
    });
}

/**
 * A local document is not written a second time on another database than the first: what a tablet knew to be proven there
 * would stand on one that has nothing of it, by no sign of its own (docs/simulation.md).
 */
function secondDelivery({ lifeOf, serve }: LinePorts, request: LineRequest): () => Promise<void> {
  const life = lifeOf(request.database);
  const isLocal = request.method === 'PUT';
  return async () => {
    if (!isLocal || lifeOf(request.database) === life) await serve(request);
  };
}

function drawFate({ dice, rates }: LinePorts): LineFault | undefined {
  const now = rates();
  return LINE_FAULTS.find((kind) => {
    const rate = now[kind];
    return rate !== undefined && dice.hits(rate);
  });
}

/** What somebody answers before the database is asked. */
function answeredInstead(
  fate: LineFault | undefined,
  { dice, endSession }: LinePorts,
  { path, body }: LineRequest,
): Response | undefined {
  const said = (status: number, headers: Record<string, string> = {}) =>
    aResponse(
      { status, text: JSON.stringify({ error: 'trouble', reason: String(status) }) },
      { ...JSON_HEADERS, ...headers },
    );
  switch (fate) {
    case 'status-500':
      return said(500);
    case 'status-502':
      return aResponse({ status: 502, text: '<html>Bad Gateway</html>' }, { 'content-type': 'text/html' });
    case 'status-503':
      return said(503);
    case 'status-429':
      return said(429, dice.hits(0.5) ? { 'retry-after': String(1 + dice.below(30)) } : {});
    case 'status-413':
      return path === '/_bulk_docs' && (body as { docs: unknown[] }).docs.length > 1 ? said(413) : undefined;
    case 'portal':
      return aResponse({ status: 200, text: PORTAL }, { 'content-type': 'text/html' });
    case 'session-expired':
      endSession();
      return aResponse(
        { status: 401, text: JSON.stringify({ error: 'unauthorized', reason: 'You are not authorized.' }) },
        JSON_HEADERS,
      );
    default:
      return undefined;
  }
}
