// Runs one history from its plan to its end, and says what was found wrong first, or that nothing was.
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import type { TableName } from '#lib/storage/tables.ts';
import { carryOut } from './acts.ts';
import { applyChanges, newDeviceView } from './device-view.ts';
import { diceOf } from './dice.ts';
import { newLedger } from './ledger.ts';
import { lineOf } from './line.ts';
import { endOf, type EndState } from './end-state.ts';
import { newModelMedium, type ChangedRow, type Medium } from './model-medium.ts';
import { newModelServer } from './model-server.ts';
import type { DatabaseTraits } from './model-database.ts';
import { damagedUpload, isUpload } from './photo-bodies.ts';
import { befallsPhoto, databasesOf, newPhotoLedger } from './photo-ledger.ts';
import { GRID, SCOPES, type Plan } from './plan.ts';
import { quietPhase } from './quiet-phase.ts';
import { SESSION } from './role-asking.ts';
import { checkScopesHeld, sessionOf } from './role-checks.ts';
import { newSimDevice, openTab, type Planting, type SimDevice } from './sim-device.ts';
import type { OnServerWrite, SimServer } from './sim-server.ts';
import { checkServerWrite, checkStep, noteSent } from './step-checks.ts';
import { newVirtualTime } from './virtual-time.ts';
import { ratesNow, tell, violate, type Violation, type World } from './world.ts';

export interface HistoryOptions {
  planting?: Planting;
  /** Keeps every line that was told. */
  traced?: boolean;
  /** What it runs over; absent: models. */
  over?: HistoryParts;
}

/** What may be a model or the real thing. */
export interface HistoryParts {
  server(traits: DatabaseTraits, onWrite: OnServerWrite): SimServer;
  medium(nowMs: () => number, onChange: (changed: ChangedRow[]) => void): Medium;
}

const MODELS: HistoryParts = { server: newModelServer, medium: newModelMedium };

export interface HistoryResult {
  violation: Violation | undefined;
  /** The same for the same plan. */
  hash: number;
  lines: string[] | undefined;
  steps: number;
  counts: World['counts'];
  end: EndState;
}

const GAP_MS = 1000;

export async function runHistory(plan: Plan, options: HistoryOptions = {}): Promise<HistoryResult> {
  const world = newWorld(plan, options);
  const { over = MODELS, planting = {} } = options;
  try {
    await begin(world, { over, planting });
    for (const command of plan.commands) {
      if (world.violation) break;
      await carryOut(world, command);
      checkStep(world);
      await world.time.pass(command.afterMs);
    }
    if (!world.violation) await quietPhase(world);
  } catch (error) {
    if (!(error instanceof HistoryEnded)) throw error;
  }
  for (const { tabs } of world.devices) for (const { store } of tabs) store.close();
  const { hash, lines } = world.trace;
  return {
    violation: world.violation,
    hash,
    lines,
    steps: world.time.steps(),
    counts: world.counts,
    end: endOf(world),
  };
}

/** Thrown by the step in which something was found wrong. */
class HistoryEnded extends Error {}

function newWorld(plan: Plan, { traced, over = MODELS }: HistoryOptions): World {
  const time = newVirtualTime(() => {
    checkStep(world);
    if (world.violation) throw new HistoryEnded();
  });
  const world: World = {
    plan,
    time,
    dice: diceOf(`history ${String(plan.seed)}`),
    server: over.server(plan.traits, (scope, document, person) =>
      checkServerWrite(world, scope, document, person),
    ),
    ledger: newLedger(),
    devices: [],
    ports: {
      time,
      fetchOf: (device, agent) =>
        lineOf({
          time,
          agent,
          dice: device.dice,
          rates: () => ratesNow(world),
          isUp: () =>
            time.nowMs() >= world.serverUpAtMs && time.nowMs() >= (world.onlineAtMs.get(device.name) ?? 0),
          serve: ({ method, database, path, body, repeats }) => {
            if (database === SESSION) return sessionOf(world, device);
            return world.server.handle(
              {
                method,
                database,
                path,
                body:
                  isUpload(database, path) && befallsPhoto(world, 'photo-damaged')
                    ? damagedUpload(body)
                    : body,
                person: device.signedIn ? device.name : undefined,
              },
              { dice: world.dice, sequenceFormat: world.sequenceFormat, repeats },
            );
          },
          lifeOf: (database) => world.server.databases.get(database)?.timeline,
          leaves: ({ database, path, body }) => {
            if (path === '/_bulk_docs')
              noteSent(device, database, (body as { docs: RevisionedDocument[] }).docs);
          },
          breaksOff: ({ database, path }) => isUpload(database, path) && befallsPhoto(world, 'photo-cut'),
          endSession: () => endSession(world, device),
          tell: (word) => tell(world, word),
        }),
      diskFull: (device) => device.dice.hits(ratesNow(world)['full-at-commit'] ?? 0),
      afterRun: ({ name, view }, { mode, turn }) => {
        if (mode !== 'read' && turn !== undefined && turn < view.turn)
          violate(world, 8, `${name} writes in turn ${String(turn)} while turn ${String(view.turn)} is on`);
      },
      onBroken: (device, error) =>
        violate(world, 13, `${device.name}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
      onRound: (device, agent, report) => {
        device.reports.push(report);
        world.counts.rounds++;
        checkScopesHeld(world, device);
        const { sent, received, complete, fault } = report;
        tell(world, `${agent.name} round ${JSON.stringify({ sent, received, complete, fault })}`);
      },
    },
    faultsOn: true,
    serverUpAtMs: 0,
    onlineAtMs: new Map(),
    sequenceFormat: 0,
    onServer: new Set(),
    everOnServer: new Set(),
    gone: new Set(),
    givenUp: new Set(),
    overwrittenOnServer: new Set(),
    setBack: new Set(),
    unvouched: new Set(),
    shutOut: new Set(),
    photos: newPhotoLedger(plan.seed),
    bodies: new Map(),
    dirty: new Map(),
    moved: new Map(),
    violation: undefined,
    trace: { hash: 0x811c9dc5, lines: traced ? [] : undefined },
    counts: { saved: 0, lost: 0, refused: 0, rounds: 0, photos: 0 },
  };
  return world;
}

/** She signs in again after a while. */
function endSession(world: World, device: SimDevice): void {
  device.signedIn = false;
  world.time.schedule(undefined, device.dice.delay(1000, 600_000), () => {
    device.signedIn = true;
    for (const tab of device.tabs) tab.loop.signedIn();
  });
}

interface Making {
  over: HistoryParts;
  planting: Planting;
}

async function begin(world: World, made: Making): Promise<void> {
  const { plan, server, time } = world;
  for (const scope of databasesOf(plan)) await server.make(scope);
  for (let n = 0; n < plan.households; n++) {
    const body = {
      _id: `household:${String(n)}`,
      type: 'household',
      room: `room:${String(n)}`,
      kind: 'family',
    };
    const rev = nextRevision(undefined, body);
    await server.write(GRID, { ...body, _rev: rev, _revisions: toRevisionPath([rev]) });
  }
  for (let n = 0; n < plan.devices; n++) {
    const device = aDevice(world, `d${String(n)}`, made);
    world.devices.push(device);
    server.roles.set(device.name, new Set(databasesOf(plan)));
    time.schedule(undefined, n * 10, () => void openTab(device, world.ports));
  }
  await time.pass(GAP_MS * 10);
}

function aDevice(world: World, name: string, { over, planting }: Making): SimDevice {
  const dice = diceOf(`history ${String(world.plan.seed)}/${name}`);
  const full = (table: TableName) =>
    (table === 'photoBytes' && befallsPhoto(world, 'full-at-photo')) ||
    dice.hits((ratesNow(world)['full-at-put'] ?? 0) / 4);
  const aMedium = () =>
    over.medium(world.time.nowMs, (changes) => {
      const dirty = applyChanges(device.view, changes);
      const known = world.dirty.get(device) ?? new Set();
      for (const key of dirty) known.add(key);
      world.dirty.set(device, known);
      noteBeginnings(world, device, changes);
      const scopes = changes.flatMap(({ table, after }) =>
        table === 'checkpoints' && after ? String(after.scope) : [],
      );
      world.moved.set(device, new Set([...(world.moved.get(device) ?? []), ...scopes]));
      tell(
        world,
        `${name} commits ${changes.map(({ table, key }) => `${table} ${JSON.stringify(key)}`).join()}`,
      );
    });
  let medium = aMedium();
  const device: SimDevice = newSimDevice(name, dice, {
    scopes: [...SCOPES],
    asksRoles: world.plan.asksRoles ?? false,
    planting,
    connect: () => medium.connect(full),
    losePower: (atMost) => {
      const lost = medium.losePower(world.time.nowMs(), atMost);
      tell(world, `${name} loses ${String(lost)} commits`);
    },
    renew: () => {
      medium = aMedium();
      device.view = newDeviceView();
    },
  });
  return device;
}

/** A checkpoint that was not there before: it belongs to the database as it is now. */
function noteBeginnings(world: World, device: SimDevice, changes: readonly ChangedRow[]): void {
  for (const { table, before, after } of changes) {
    if (table !== 'checkpoints') continue;
    const scope = String((after ?? before)?.scope);
    if (!after) device.beganIn.delete(scope);
    else if (!before) {
      const place = world.server.databases.get(scope)?.placeOf(String(after.since));
      if (place) device.beganIn.set(scope, place.timeline);
    }
  }
}
