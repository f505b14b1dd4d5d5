// What a seed stands for: how many tablets, what kind of server, which faults at which rates, and what people and fate
// do, one thing after another. A plan is JSON: it can be kept, and made smaller by leaving commands out.
import type { DatabaseTraits } from './model-database.ts';
import { diceOf, type Dice } from './dice.ts';
import { drawFaults, type EventFault, type FaultRates } from './fault-kinds.ts';
import type { Poison } from './model-server.ts';
import { withPhotos, type PhotoFaultRates } from './photo-plan.ts';
import { withRolesAsked } from './role-plan.ts';

export const GRID = 'grid-110101001001001';
export const EVENTS = 'events-110101001001001-2026';
export const SCOPES = [GRID, EVENTS] as const;
const FIELDS = ['notes', 'head', 'closedReason', 'number', 'fromNewerApp'] as const;

type Act =
  | {
      do: 'visit' | 'edit';
      device: number;
      household: number;
      fields: string[];
      poison?: Poison;
      /** Taken at this visit: bytes of each. */
      photos?: number[];
    }
  | { do: 'tidy-photos' | 'look-at-photo'; device: number; die: number }
  | { do: 'household' | 'sync' | 'wake' | 'retry' | 'drop'; device: number }
  | { do: 'offline'; device: number; forMs: number }
  | {
      do: 'kill-tab' | 'second-tab' | 'freeze' | 'thaw' | 'lose-power' | 'lose-connection' | 'wipe';
      device: number;
      die: number;
    }
  | { do: 'clock-jump'; device: number; byMs: number }
  | { do: 'restart-server'; forMs: number }
  | { do: 'restore-server'; share: number }
  | { do: 'remake-database'; scope: number }
  | { do: 'sequence-format'; format: number }
  | { do: 'take-role' | 'give-role'; device: number; scope: number }
  | { do: 'delete'; household: number };
export type Command = Act & { afterMs: number };

export interface Plan {
  seed: number;
  devices: number;
  /** On the server before anybody begins. */
  households: number;
  traits: DatabaseTraits;
  faults: FaultRates;
  commands: Command[];
  /** There are photos in it, and this befalls them. */
  photos?: PhotoFaultRates;
  /** Tablets ask for their roles before each round. */
  asksRoles?: true;
}

const YEAR_MS = 31_536_000_000;
const POISONS: readonly Poison[] = ['row', 'batch', 'large', 'crash'];

export interface PlanOptions {
  /** Only these faults, all of them; absent: drawn. */
  faults?: FaultRates;
}

export function planOf(seed: number, options: PlanOptions = {}): Plan {
  const dice = diceOf(`plan ${String(seed)}`);
  const devices = dice.hits(0.75) ? 2 + dice.below(2) : 2 + dice.below(7);
  const households = 1 + dice.below(4);
  const traits: DatabaseTraits = {
    shards: dice.hits(0.5) ? 1 : 2 + dice.below(2),
    pageRows: dice.hits(0.5) ? 1000 : 2 + dice.below(8),
    ancestorsArePresent: dice.hits(0.5),
  };
  const faults = options.faults ?? drawFaults(dice.fork('faults'));
  const count = 12 + dice.below(34);
  const commands = Array.from({ length: count }, () => aCommand(dice, { devices, households, faults }));
  // A long history of many documents, now and then, so that slices and batches have an end.
  const many = dice.hits(0.01) ? 240 : households;
  return withRolesAsked(withPhotos({ seed, devices, households: many, traits, faults, commands }));
}

interface Drawing {
  devices: number;
  households: number;
  faults: FaultRates;
}

function aCommand(dice: Dice, drawing: Drawing): Command {
  const afterMs = dice.hits(0.85) ? dice.delay(0, 4000) : dice.delay(1000, 400_000);
  const events = (Object.keys(drawing.faults) as EventFault[]).filter((kind) => kind in EVENT_ACTS);
  const event = events.find((kind) => dice.hits(drawing.faults[kind]! / 2));
  const act = event ? EVENT_ACTS[event](dice, drawing) : ordinary(dice, drawing);
  return { ...act, afterMs };
}

function ordinary(dice: Dice, { devices, households }: Drawing): Act {
  const device = dice.below(devices);
  const household = dice.below(households);
  const fields = FIELDS.filter(() => dice.hits(0.4));
  const chance = dice.next();
  if (chance < 0.25) return { do: 'visit', device, household, fields };
  if (chance < 0.6) return { do: 'edit', device, household, fields: fields.length > 0 ? fields : ['notes'] };
  if (chance < 0.63) return { do: 'household', device };
  if (chance < 0.85) return { do: 'sync', device };
  if (chance < 0.9) return { do: 'wake', device };
  if (chance < 0.94) return { do: 'offline', device, forMs: dice.delay(1000, 1_000_000) };
  if (chance < 0.97) return { do: 'retry', device };
  return { do: 'drop', device };
}

const EVENT_ACTS: Record<EventFault, (dice: Dice, drawing: Drawing) => Act> = {
  'server-restarted': (dice) => ({ do: 'restart-server', forMs: dice.delay(100, 60_000) }),
  'server-restored': (dice) => ({ do: 'restore-server', share: dice.next() }),
  'database-remade': (dice) => ({ do: 'remake-database', scope: dice.below(SCOPES.length) }),
  'sequence-format': (dice) => ({ do: 'sequence-format', format: dice.below(10) }),
  'document-refused': (dice, { devices, households }) => ({
    do: dice.hits(0.5) ? 'visit' : 'edit',
    device: dice.below(devices),
    household: dice.below(households),
    fields: ['notes'],
    poison: dice.pick(POISONS),
  }),
  'tab-killed': (dice, { devices }) => ({ do: 'kill-tab', device: dice.below(devices), die: dice.next() }),
  'power-lost': (dice, { devices }) => ({ do: 'lose-power', device: dice.below(devices), die: dice.next() }),
  'connection-lost': (dice, { devices }) => ({
    do: 'lose-connection',
    device: dice.below(devices),
    die: dice.next(),
  }),
  'origin-wiped': (dice, { devices }) => ({ do: 'wipe', device: dice.below(devices), die: dice.next() }),
  'second-tab': (dice, { devices }) => ({
    do: dice.pick(['second-tab', 'freeze', 'thaw'] as const),
    device: dice.below(devices),
    die: dice.next(),
  }),
  'clock-jumped': (dice, { devices }) => ({
    do: 'clock-jump',
    device: dice.below(devices),
    byMs: Math.round((dice.next() - 0.5) * (dice.hits(0.5) ? 20 * YEAR_MS : 7_200_000)),
  }),
  'role-taken': (dice, { devices }) => ({
    do: dice.hits(0.6) ? 'take-role' : 'give-role',
    device: dice.below(devices),
    scope: dice.below(SCOPES.length),
  }),
  'edit-against-deletion': (dice, { households }) => ({ do: 'delete', household: dice.below(households) }),
};
