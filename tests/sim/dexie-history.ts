// A history over the real stores, and the same history over models: Dexie over IndexedDB in memory below the product's
// storage, PouchDB (or any server asked through the Remote port) above. What the real ones cannot play is left out of
// both by name; then both must go the same way, request by request, and end alike.
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { newDexieMedium } from './dexie-medium.ts';
import { differenceOf } from './end-state.ts';
import type { FaultKind, FaultRates } from './fault-kinds.ts';
import { runHistory, type HistoryParts, type HistoryResult } from './history.ts';
import type { DatabaseTraits } from './model-database.ts';
import type { Command, Plan } from './plan.ts';
import { newRealServer, type OpenRealDatabase, type RealServer } from './real-server.ts';
import type { Planting } from './sim-device.ts';

/** A kind of server, and what it cannot play of a history. */
export interface Backend {
  open: OpenRealDatabase;
  /** How a model must be to stand beside it. */
  traits: Omit<DatabaseTraits, 'pageRows'>;
}

const POUCHDB: Backend = {
  async open() {
    const db = aPouchServer();
    return { remote: pouchRemote(db), destroy: () => db.destroy() };
  },
  traits: { shards: 1, ancestorsArePresent: false, ancestorsStayEmpty: true },
};

/**
 * IndexedDB in memory never loses what it answered for; a real server repeats no rows at our wish, and writes sequences in
 * its own way for ever.
 */
const NOT_PLAYED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'power-lost',
  'rows-repeated',
  'sequence-format',
]);
const NOT_DONE: ReadonlySet<Command['do']> = new Set<Command['do']>(['lose-power', 'sequence-format']);

/** The plan without what such stores cannot play. */
function playablePlan(plan: Plan, { traits }: Backend): Plan {
  const faults = Object.entries(plan.faults).filter(([kind]) => !NOT_PLAYED.has(kind as FaultKind));
  return {
    ...plan,
    traits: { ...plan.traits, ...traits },
    faults: Object.fromEntries(faults) as FaultRates,
    commands: plan.commands.filter((command) => !NOT_DONE.has(command.do)),
  };
}

export interface RealOptions {
  backend?: Backend;
  /** In the real one alone, to try whether it is seen. */
  planting?: Planting;
  /** The order of a batch in the feed is then the server's own: what is over models is another history, and not compared. */
  wholeBatches?: boolean;
}

/** Invariant 6 stands for "it went another way than over models". */
export async function runReal(plan: Plan, options: RealOptions = {}): Promise<HistoryResult> {
  const { backend = POUCHDB, planting = {}, wholeBatches = false } = options;
  const playable = playablePlan(plan, backend);
  const servers: RealServer[] = [];
  const over: HistoryParts = {
    server(traits, onWrite) {
      const server = newRealServer({ open: backend.open, pageRows: traits.pageRows, wholeBatches, onWrite });
      servers.push(server);
      return server;
    },
    medium: (_nowMs, onChange) => newDexieMedium(onChange),
  };
  try {
    const real = await runHistory(playable, { over, planting, traced: !wholeBatches });
    if (wholeBatches) return real;
    const model = await runHistory(playable, { traced: true });
    const words = otherWay(real.lines, model.lines) ?? differenceOf(real.end, model.end);
    const violation = real.violation ?? model.violation;
    if (violation || words === undefined) return { ...real, violation };
    return { ...real, violation: { invariant: 6, words: `not as over models: ${words}`, step: real.steps } };
  } finally {
    for (const server of servers) await server.close();
  }
}

/** What was told in the one and not in the other, sequences and the order of rows within a commit left out. */
function otherWay(real: readonly string[] = [], model: readonly string[] = []): string | undefined {
  const [there, here] = [real, model].map((lines) =>
    lines.filter((line) => !line.includes(' commits ')).map((line) => line.replace(/since=[^&\s]*/, 'since')),
  );
  const at = there!.findIndex((line, n) => line !== here![n]);
  return at < 0 ? undefined : `"${there![at]!}" where models have "${here![at] ?? 'an end'}"`;
}
