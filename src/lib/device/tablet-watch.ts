// What the server says of this tablet, not of a person: every request names it, and the answer that it is lost is heard here,
// wherever it comes (security.md 2). Invariants: from that moment nothing is answered to whoever asked, the order stands on
// the disk before anything is removed, and it is followed again from there after a crash; nobody but this tablet's own server
// can give it, in the words of `orderIn`.
import { newTabletId, TABLET_HEADER, TABLET_LOST, tabletNumber } from '#lib/domain/tablet-name.ts';
import { putTabletFacts, readTabletFacts, type TabletFacts } from '#lib/storage/tablet-facts.ts';
import type { SessionPort } from './ask-session.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { WorkerEvent } from './worker-contract.ts';

/** While nobody's work is open, the server is asked no more often. */
const ASK_EVERY_MS = 600_000;

export interface TabletWatchParts {
  platform: Pick<DevicePlatform, 'session' | 'ids' | 'clock' | 'isOnline'>;
  /** Ends whatever is open. */
  close(): Promise<void>;
  /** The server says that these people of this tablet are no more. */
  ended(users: readonly string[]): Promise<void>;
}

export class TabletWatch {
  readonly #parts: TabletWatchParts;
  #facts: Promise<TabletFacts | undefined> | undefined;
  #tell: (event: WorkerEvent) => void = () => undefined;
  #isLost = false;
  #askedMs = -Infinity;
  /** Goes on with what a lost tablet still has to do. */
  #goOn: (() => void) | undefined;

  constructor(parts: TabletWatchParts) {
    this.#parts = parts;
  }

  /** The server, to whom this tablet says who it is. */
  get session(): SessionPort {
    const { database } = this.#parts.platform.session;
    return { database, fetch: (url, init) => this.#fetch(url, init) };
  }

  /** Calls `open` with what it may tell, unless this tablet is lost and has to go on from there. */
  async begin(
    listener: (event: WorkerEvent) => void,
    open: (tell: (event: WorkerEvent) => void) => Promise<void>,
  ): Promise<void> {
    this.#tell = listener;
    const facts = await this.#known();
    if (facts?.wipe) return this.#wipe(facts);
    await open((event) => {
      if (!this.#isLost) listener(event);
    });
    void this.look();
  }

  /** Whether anything stands against this tablet: asked without a session, when nothing else is asked. */
  async look({ now = false } = {}): Promise<void> {
    if (this.#isLost) return this.#goOn?.();
    const { platform } = this.#parts;
    const nowMs = platform.clock.steadyMs();
    if (!platform.isOnline() || (!now && nowMs - this.#askedMs < ASK_EVERY_MS)) return;
    this.#askedMs = nowMs;
    const url = `${platform.session.database}/_tablet`;
    const answer = await this.#fetch(url, { cache: 'no-store', redirect: 'manual' }).catch(() => undefined);
    if (!answer?.ok) this.#askedMs = -Infinity;
    const said = (await answer?.json().catch(() => undefined)) as
      { ok?: unknown; ended?: unknown } | undefined;
    const ended = answer?.ok && said?.ok === true && Array.isArray(said.ended) ? said.ended : [];
    const users = ended.filter((user) => typeof user === 'string');
    if (users.length > 0) await this.#parts.ended(users);
  }

  /** Undefined where the browser keeps nothing. */
  async number(): Promise<string | undefined> {
    const facts = await this.#known();
    return facts && tabletNumber(facts.id);
  }

  /** A wiped tablet begins as a new one; only when the server knows that it was wiped. */
  async beginAnew(): Promise<void> {
    const facts = await this.#known();
    if (!facts?.wipe?.reported) return;
    await putTabletFacts({}, this.#made());
    this.#facts = undefined;
  }

  #made(): TabletFacts {
    return { id: newTabletId(this.#parts.platform.ids.randomBytes(12)) };
  }

  /** Asked again where it could not be read. */
  #known(): Promise<TabletFacts | undefined> {
    this.#facts ??= readTabletFacts({}, () => this.#made()).catch(() => (this.#facts = undefined));
    return this.#facts;
  }

  async #fetch(url: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const facts = await this.#known();
    if (this.#isLost) return NEVER;
    const { fetch } = this.#parts.platform.session;
    if (!facts) return fetch(url, init);
    const headers = { ...(init.headers as Record<string, string>), [TABLET_HEADER]: facts.id };
    const answer = await fetch(url, { ...init, headers });
    const order = answer.status === 410 ? await orderIn(answer.clone(), facts.id) : undefined;
    if (order === undefined) {
      if (await isDoubtful(url, answer)) await this.look({ now: true });
      return answer;
    }
    void this.#lose({ ...facts, wipe: { order } });
    return NEVER;
  }

  async #lose(facts: TabletFacts): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    // A disk that takes no writes: then it is wiped without, and heard of again at the next start.
    await putTabletFacts({}, facts).catch(() => undefined);
    this.#facts = Promise.resolve(facts);
    await this.#wipe(facts);
  }

  async #wipe(facts: TabletFacts): Promise<void> {
    this.#isLost = true;
    const { platform, close } = this.#parts;
    this.#tell({ kind: 'phase', phase: { phase: 'lost', step: stepOf(facts) } });
    const { followOrder } = await import('./follow-order.ts');
    this.#goOn = followOrder({
      ...{ facts, platform, close },
      told: (now) => {
        this.#facts = Promise.resolve(now);
        this.#tell({ kind: 'phase', phase: { phase: 'lost', step: stepOf(now) } });
      },
    });
  }
}

const NEVER = new Promise<never>(() => undefined);

function stepOf({ wipe }: TabletFacts): 'wiping' | 'wiped' | 'reported' {
  if (wipe?.wipedAt === undefined) return 'wiping';
  return wipe.reported ? 'reported' : 'wiped';
}

/** A session that is nobody's, or no longer one of staff; a password that is wrong: it may be that she is no more. */
async function isDoubtful(url: RequestInfo | URL, answer: Response): Promise<boolean> {
  if (!String(url).endsWith('/_session')) return false;
  if (answer.status === 401 || answer.status === 403) return true;
  if (!answer.ok) return false;
  const said = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as { roles?: unknown; userCtx?: { roles?: unknown } } | undefined;
  const roles = said?.userCtx?.roles ?? said?.roles;
  return Array.isArray(roles) && !roles.includes('staff');
}

/** Said by our own gate to this tablet by its name; a page in between that says 410 wipes nothing. */
async function orderIn(answer: Response, id: string): Promise<string | undefined> {
  const said = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined;
  const { error, device, order } = said ?? {};
  const isOrder = error === TABLET_LOST && device === id && typeof order === 'string';
  return isOrder && /^[0-9a-f]{16,64}$/.test(order) ? order : undefined;
}
