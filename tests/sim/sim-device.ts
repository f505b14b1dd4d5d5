// One tablet of a history: its database, its tabs with the real store and the real loop of syncing in each, its clock,
// which may be wrong by years, and the person who works on it.
import type { Clock } from '#lib/protocol/clock.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import type { MergeLeaves } from '#lib/sync/merge-round.ts';
import { startSyncLoop, type SyncLoop, type SyncLoopPorts } from '#lib/sync/sync-loop.ts';
import type { RoundReport } from '#lib/sync/sync-round.ts';
import { opaqueReferenceOf } from '#lib/domain/opaque-reference.ts';
import { openStoreOver, type DeviceStore } from '#lib/storage/open-store.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { storageFaultKind, type StorageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { Tables, Transacting } from '#lib/storage/tables.ts';
import { newDeviceView, type DeviceView } from './device-view.ts';
import type { Dice } from './dice.ts';
import { plainCipher } from './plain-cipher.ts';
import { askRoles } from './role-asking.ts';
import { scheduledTables, type ScheduledTables } from './scheduled-tables.ts';
import type { Agent, VirtualTime } from './virtual-time.ts';

/** Where a bug can be planted: around each port of the product, and nowhere in it. */
export interface Planting {
  remote?(remote: Remote, device: SimDevice, scope: Scope): Remote;
  replica?(replica: ReplicaStore, device: SimDevice): ReplicaStore;
  store?(store: DeviceStore, device: SimDevice): DeviceStore;
  tables?(tables: Tables, device: SimDevice): Tables;
  /** In place of the domain's. */
  merge?: MergeLeaves;
  /** The lock is not asked for. */
  unlocked?: boolean;
}

export interface Tab {
  agent: Agent;
  store: DeviceStore;
  tables: ScheduledTables;
  loop: SyncLoop;
}

export interface SimDevice {
  name: string;
  dice: Dice;
  view: DeviceView;
  /** Grows when the origin is wiped. */
  life: number;
  tabs: Tab[];
  tabsOpened: number;
  /** Tabs whose store is being opened. */
  opening: Set<Agent>;
  /** Tabs that lost their connection, in which a last round may still run. */
  left: Set<Agent>;
  /** By scope, the life of the server's database that the checkpoint began in. */
  beganIn: Map<Scope, number>;
  clockOffsetMs: number;
  signedIn: boolean;
  scopes: Scope[];
  asksRoles: boolean;
  /** The roles the last round began with; undefined where nobody said. */
  told: ReadonlySet<Scope> | undefined;
  disk: { untilMs: number };
  /** Who syncs. */
  lock: Agent | undefined;
  reports: RoundReport[];
  /** By `scope|id|rev`: what was held as the server's when it first went out, and whether an ancestor had gone before. */
  firstSent: Map<string, { held: string | undefined; ancestorsSent: boolean }>;
  planting: Planting;
  connect(): Tables | Promise<Tables>;
  /** So many relaxed commits at the end are lost, at most. */
  losePower(atMost: number): void;
  /** An empty database in place of this one. */
  renew(): void;
}

export interface TabPorts {
  time: VirtualTime;
  fetchOf(device: SimDevice, agent: Agent): (url: string, init: RequestInit) => Promise<Response>;
  diskFull(device: SimDevice): boolean;
  /** A transaction was committed. */
  afterRun(device: SimDevice, how: Transacting): void | Promise<void>;
  onRound(device: SimDevice, agent: Agent, report: RoundReport): void;
  /** A round ended with an error that is no fault of the storage: an assumption of the product is broken. */
  onBroken(device: SimDevice, error: unknown): void;
}

export function newSimDevice(
  name: string,
  dice: Dice,
  over: Pick<SimDevice, 'scopes' | 'asksRoles' | 'planting' | 'connect' | 'losePower' | 'renew'>,
): SimDevice {
  return {
    name,
    dice,
    view: newDeviceView(),
    life: 1,
    tabs: [],
    tabsOpened: 0,
    opening: new Set(),
    left: new Set(),
    beganIn: new Map(),
    clockOffsetMs: 0,
    signedIn: true,
    told: undefined,
    disk: { untilMs: 0 },
    lock: undefined,
    reports: [],
    firstSent: new Map(),
    ...over,
  };
}

/** Opens the store in a new tab and begins to sync; where the store cannot be opened now, she tries again. */
export async function openTab(device: SimDevice, ports: TabPorts): Promise<void> {
  const agent: Agent = { name: `${device.name}.${String(++device.tabsOpened)}`, dead: false, frozen: false };
  device.opening.add(agent);
  try {
    const tab = await newTab(device, agent, ports);
    // The list as it is now: a tab that ended meanwhile has left another than was there before.
    device.tabs.push(tab);
  } catch {
    ports.time.schedule(agent, TRY_AGAIN_MS, () => void openTab(device, ports));
  } finally {
    device.opening.delete(agent);
  }
}

const TRY_AGAIN_MS = 2000;

async function newTab(device: SimDevice, agent: Agent, ports: TabPorts): Promise<Tab> {
  const { time } = ports;
  const { planting, dice } = device;
  const clock: Clock = {
    nowMs: () => time.nowMs() + device.clockOffsetMs,
    steadyMs: () => time.nowMs(),
    after: (delayMs, act) => time.schedule(agent, delayMs, act),
  };
  const inner = await device.connect();
  const tables = scheduledTables(planting.tables?.(inner, device) ?? inner, {
    time,
    agent,
    dice,
    queue: device.disk,
    isFull: () => ports.diskFull(device),
    afterRun: (how) => ports.afterRun(device, how),
  });
  const randomBytes = (length: number) => Uint8Array.from({ length }, () => dice.below(256));
  const opened = await openStoreOver(tables, {
    cipher: plainCipher,
    referenceOf: opaqueReferenceOf,
    nowMs: () => clock.nowMs(),
    randomBytes,
  });
  const store = planting.store?.(opened, device) ?? opened;
  const fetch = ports.fetchOf(device, agent);
  const remotes = new Map<Scope, Remote>();
  const remoteOf = (scope: Scope): Remote => {
    const known = remotes.get(scope);
    if (known) return known;
    const real = httpRemote({ url: `https://server/${scope}`, fetch, clock });
    const remote = planting.remote?.(real, device, scope) ?? real;
    remotes.set(scope, remote);
    return remote;
  };
  let roles: ReadonlySet<Scope> | undefined;
  let loop: SyncLoop | undefined = undefined;
  const mayHold = (scope: Scope) => roles === undefined || roles.has(scope);
  const loopPorts: SyncLoopPorts = {
    async beginTurn() {
      const replica = await store.beginTurn();
      return planting.replica?.(replica, device) ?? replica;
    },
    remoteOf,
    scopes: async () => {
      if (!device.asksRoles) return device.scopes;
      const before = roles;
      device.told = roles = await askRoles(fetch, clock);
      if (before && roles && [...before].join() !== [...roles].join()) loop?.rolesChanged();
      return device.scopes.filter(mayHold);
    },
    ...(device.asksRoles && { mayHold }),
    clock,
    chance: () => dice.next(),
    newNonce: () => `nonce-${String(dice.below(1e9))}-${String(dice.below(1e9))}`,
    exclusively: (work) => {
      if (!isKnown(device, agent))
        ports.onBroken(device, new Error(`${agent.name} lives on, of which ${device.name} knows nothing`));
      return exclusively(device, agent, () => told(work, (error) => ports.onBroken(device, error)));
    },
    onStatus: () => undefined,
    ...(planting.merge && { merge: planting.merge }),
    onRound: (report) => ports.onRound(device, agent, report),
  };
  loop = startSyncLoop(loopPorts);
  return { agent, store, tables, loop };
}

/** Dead, or where it can be killed. */
const isKnown = ({ tabs, opening, left }: SimDevice, agent: Agent): boolean =>
  agent.dead || tabs.some((tab) => tab.agent === agent) || opening.has(agent) || left.has(agent);

/** The Web Lock: free again when its holder has ended, died, or lies frozen. */
async function exclusively<T>(
  device: SimDevice,
  agent: Agent,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { lock, planting } = device;
  if (!planting.unlocked && lock && lock !== agent && !lock.dead && !lock.frozen) return undefined;
  device.lock = agent;
  try {
    return await work();
  } finally {
    if (device.lock === agent) device.lock = undefined;
  }
}

export function killTab(device: SimDevice, tab: Tab): void {
  tab.agent.dead = true;
  tab.store.close();
  device.tabs = device.tabs.filter((each) => each !== tab);
  if (device.lock === tab.agent) device.lock = undefined;
}

/** Every tab, open or about to be. */
export function killAll(device: SimDevice): void {
  for (const tab of [...device.tabs]) killTab(device, tab);
  for (const agent of [...device.opening, ...device.left]) agent.dead = true;
  device.opening.clear();
  device.left.clear();
}

/** What a disk does; anything else is a bug. */
const EXPECTED = new Set<StorageFaultKind | undefined>(['full', 'closed', 'fenced']);

async function told<T>(work: () => Promise<T>, onBroken: (error: unknown) => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!EXPECTED.has(storageFaultKind(error))) onBroken(error);
    throw error;
  }
}
