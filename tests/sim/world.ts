// One history while it runs: time, server, tablets, people's ledger, and what was found wrong first. Invariant: all that
// happens in it is drawn from its seed and told into its trace, so that two runs of a seed have one trace.
import canonicalize from 'canonicalize';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Dice } from './dice.ts';
import type { FaultRates } from './fault-kinds.ts';
import type { Ledger } from './ledger.ts';
import type { PhotoLedger } from './photo-ledger.ts';
import type { Plan } from './plan.ts';
import type { SimDevice, TabPorts } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The numbers are those of sync.md 9. */
export interface Violation {
  invariant: number;
  words: string;
  step: number;
}

export interface World {
  plan: Plan;
  time: VirtualTime;
  dice: Dice;
  server: SimServer;
  ledger: Ledger;
  devices: SimDevice[];
  ports: TabPorts;
  /** Whether anything may go wrong now. */
  faultsOn: boolean;
  serverUpAtMs: number;
  /** By device: nothing goes over the line before. */
  onlineAtMs: Map<string, number>;
  sequenceFormat: number;
  /** Tokens in any revision the server has now, and in any it ever had. */
  onServer: Set<string>;
  everOnServer: Set<string>;
  /** Words that were only on a medium that is gone; that she gave up herself; that an administrator deleted. */
  gone: Set<string>;
  givenUp: Set<string>;
  overwrittenOnServer: Set<string>;
  /** Databases that lost what they had answered for. */
  setBack: Set<Scope>;
  /** Tablets (`device|scope`) that had no checkpoint the server knew of when it was set back: a pull may have been under way. */
  unvouched: Set<string>;
  /** Tablets (`device|scope`) whose role was taken away at some time. */
  shutOut: Set<string>;
  photos: PhotoLedger;
  /** By `scope|id|rev`: its one body. */
  bodies: Map<string, string>;
  /** Documents of tablets that changed since the last check: `scope|id`, by device. */
  dirty: Map<SimDevice, Set<string>>;
  /** Scopes whose checkpoint moved since, by device. */
  moved: Map<SimDevice, Set<Scope>>;
  violation: Violation | undefined;
  /** A number that stands for everything told so far. */
  trace: { hash: number; lines: string[] | undefined };
  counts: { saved: number; lost: number; refused: number; rounds: number; photos: number };
}

export function ratesNow({ faultsOn, plan }: World): FaultRates {
  return faultsOn ? plan.faults : {};
}

export function violate(world: World, invariant: number, words: string): void {
  world.violation ??= { invariant, words, step: world.time.steps() };
}

/** FNV-1a over all that was told. */
export function tell(world: World, word: string): void {
  const line = `${String(world.time.nowMs())} ${word}`;
  let { hash } = world.trace;
  for (let n = 0; n < line.length; n++) hash = Math.imul(hash ^ line.charCodeAt(n), 0x01000193);
  world.trace.hash = hash >>> 0;
  world.trace.lines?.push(line);
}

/** For whoever reads the trace; no part of what two runs are compared by. */
export function note({ time, trace }: World, words: () => string): void {
  trace.lines?.push(`${String(time.nowMs())} ${words()}`);
}

export function keyOf(scope: Scope, id: string): string {
  return `${scope}|${id}`;
}

export function scopeOfKey(key: string): Scope {
  return key.slice(0, key.indexOf('|'));
}
export function idOfKey(key: string): string {
  return key.slice(key.indexOf('|') + 1);
}

/** A body without what says of which revision it is; names in one order at every depth, as a revision is made of them. */
export function contentOf(body: DocumentBody): string {
  const fields = Object.entries(body).filter(([name]) => !name.startsWith('_') || name === '_deleted');
  return canonicalize(Object.fromEntries(fields)) ?? '';
}
