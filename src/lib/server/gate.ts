// The gate in front of a database server, the embedded one or a CouchDB: who may ask what, how much of it, how often, and
// what of a batch is kept back (security.md 1). It knows documents, not households; `ScopeRules` tells it of those,
// and `DeviceRules` of the devices that ask.
// Invariant: nothing that anybody but an administrator sends reaches the server behind unjudged.
import { createSerial, type Serial } from '#lib/protocol/serial.ts';
import { judgeCall, type AskedCall, type Verdict } from './call-rules.ts';
import { type DeviceRules } from './device-rules.ts';
import { type UserContext } from './exchange.ts';
import { type KeptBack } from './kept-back.ts';
import { checkLocalId, checkMemberBody, MEMBER_LIMITS, type MemberLimits } from './member-limits.ts';
import { createPersonRate, PERSON_RATE, type PersonRate, type RateLimit } from './person-rate.ts';
import { NO_SCOPE_RULES, type ScopeRules } from './scope-rules.ts';
import { keepBack, needsTurn, type FindErased, type HeldOtherwise } from './second-leaf.ts';

export interface GateOptions {
  scopes?: ScopeRules;
  devices?: DeviceRules;
  limits?: Partial<MemberLimits>;
  rate?: RateLimit;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

export interface Gate {
  readonly limits: MemberLimits;
  readonly rate: PersonRate;
  /** Undefined where no device is asked for. */
  readonly devices: DeviceRules | undefined;
  judge(asked: AskedCall, user: UserContext): Verdict;
  /**
   * Checks the body of an allowed call and hands on what may be passed, in one turn with whatever `pass` does, where
   * that must be. Refuses with 400 or 413.
   */
  admitBody<T>(sent: SentBody, pass: (admitted: AdmittedBody) => Promise<T>): Promise<T>;
}

export interface SentBody {
  asked: AskedCall;
  verdict: Extract<Verdict, { outcome: 'allowed' }>;
  body: Buffer;
  held: HeldOtherwise;
  findErased: FindErased;
}

export interface AdmittedBody {
  body: Buffer;
  /** Rows for the answer of a `_bulk_docs`. */
  kept: readonly KeptBack[];
}

export function createGate(options: GateOptions = {}): Gate {
  const { scopes = NO_SCOPE_RULES, rate = PERSON_RATE, now = Date.now } = options;
  const limits = { ...MEMBER_LIMITS, ...options.limits };
  const turns = new Map<string, Serial>();

  function turnOf(database: string): Serial {
    const known = turns.get(database) ?? createSerial();
    turns.set(database, known);
    return known;
  }

  return {
    limits,
    rate: createPersonRate(rate, now),
    devices: options.devices,
    judge: (asked, user) => judgeCall(asked, user, scopes),
    async admitBody({ asked, verdict, body, held, findErased }, pass) {
      const { call, place } = verdict;
      const [database = '', , localId = ''] = asked.segments;
      if (call === 'local') checkLocalId(localId);
      const documents = checkMemberBody(call, body, limits);
      const rules = { database, appends: place === 'append-only', scopes, held, findErased };
      const sortAndPass = async () => {
        const { passed, kept } = await keepBack(documents, rules);
        const changed =
          kept.length > 0 ? Buffer.from(JSON.stringify({ docs: passed, new_edits: false })) : body;
        return pass({ body: changed, kept });
      };
      if (call !== 'bulk-docs') return pass({ body, kept: [] });
      return needsTurn(documents, rules) ? turnOf(database)(sortAndPass) : sortAndPass();
    },
  };
}
