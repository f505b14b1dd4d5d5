// What people and fate do in a history, each command carried out in its own tab and time. A save is entered into the
// ledger before it begins and is called saved when the store says so, as a screen would.
import { changedBy } from '#lib/domain/document-head.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import { generationOf, nextRevision, toRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import type { PlannedWrite, SavedAction } from './ledger.ts';
import { SEQUENCE_FORMATS } from './model-database.ts';
import type { Poison } from './model-server.ts';
import { lookAtPhoto, takePhotos, tidyPhotos, visitId, type TakenPhotos } from './photo-acts.ts';
import { databasesOf } from './photo-ledger.ts';
import { PHOTOS } from './photo-plan.ts';
import { EVENTS, GRID, SCOPES, type Command } from './plan.ts';
import { killAll, killTab, openTab, type SimDevice, type Tab } from './sim-device.ts';
import { wipeDevice } from './wiped.ts';
import { serverWasSetBack } from './server-tokens.ts';
import { idOfKey, keyOf, scopeOfKey, tell, type World } from './world.ts';

const householdId = (n: number) => `household:${String(n)}`;

/** The first tab that is awake; undefined where there is none. */
const tabOf = (device: SimDevice): Tab | undefined => device.tabs.find(({ agent }) => !agent.frozen);

export async function carryOut(world: World, command: Command): Promise<void> {
  const { devices, server, time } = world;
  tell(world, JSON.stringify(command));
  const device = 'device' in command ? devices[command.device] : undefined;
  switch (command.do) {
    case 'visit':
    case 'edit':
      return save(world, device!, command);
    case 'tidy-photos':
    case 'look-at-photo':
      return withPhotosOf(world, device!, command);
    case 'household':
      return save(world, device!, { do: 'household', household: 0, fields: ['notes'] });
    case 'sync':
      return void tabOf(device!)?.loop.syncNow();
    case 'wake':
      return tabOf(device!)?.loop.wake();
    case 'retry':
    case 'drop':
      return settleRejection(world, device!, command.do);
    case 'offline':
      return void world.onlineAtMs.set(device!.name, time.nowMs() + command.forMs);
    case 'restart-server':
      return void (world.serverUpAtMs = time.nowMs() + command.forMs);
    case 'restore-server': {
      const scopes = databasesOf(world.plan);
      const made = scopes.length + world.plan.households;
      const entries = made + Math.floor((server.logLength() - made) * command.share);
      if (entries >= server.logLength()) return undefined;
      await server.restore(entries);
      return serverWasSetBack(world, scopes);
    }
    case 'remake-database':
      await server.remake(SCOPES[command.scope]!);
      return serverWasSetBack(world, [SCOPES[command.scope]!]);
    case 'sequence-format':
      return void (world.sequenceFormat = command.format % SEQUENCE_FORMATS);
    case 'take-role':
      for (const scope of withItsPhotos(world, SCOPES[command.scope]!)) {
        world.shutOut.add(`${device!.name}|${scope}`);
        server.roles.get(device!.name)?.delete(scope);
      }
      return undefined;
    case 'give-role':
      for (const scope of withItsPhotos(world, SCOPES[command.scope]!))
        server.roles.get(device!.name)?.add(scope);
      return undefined;
    case 'delete':
      return deleteHousehold(world, command.household);
    default:
      return befall(world, device!, command);
  }
}

/** Photos have the readers of the roster. */
const withItsPhotos = ({ plan }: World, scope: Scope): Scope[] =>
  plan.photos && scope === GRID ? [scope, PHOTOS] : [scope];

type PhotoCommand = Extract<Command, { do: 'tidy-photos' | 'look-at-photo' }>;
type Befalling = Exclude<Extract<Command, { die: number } | { do: 'clock-jump' }>, PhotoCommand>;

function withPhotosOf(world: World, device: SimDevice, command: PhotoCommand): void {
  const tab = tabOf(device);
  if (!tab) return;
  const doing =
    command.do === 'tidy-photos'
      ? tidyPhotos(world, device, tab)
      : lookAtPhoto(world, device, tab, command.die);
  void doing.catch(() => undefined);
}

async function befall(world: World, device: SimDevice, command: Befalling): Promise<void> {
  const { time, ports } = world;
  const tab = 'die' in command ? device.tabs[Math.floor(command.die * device.tabs.length)] : undefined;
  const reopen = () => openTab(device, ports);
  switch (command.do) {
    case 'clock-jump':
      device.clockOffsetMs += command.byMs;
      return;
    case 'second-tab':
      if (device.tabs.length < 3) time.schedule(undefined, 0, () => void reopen());
      return;
    case 'freeze':
      if (tab) tab.agent.frozen = true;
      return;
    case 'thaw':
      for (const each of device.tabs) if (each.agent.frozen) time.thaw(each.agent);
      return;
    case 'kill-tab':
      if (!tab) return;
      killTab(device, tab);
      time.schedule(undefined, 500, () => void reopen());
      return;
    case 'lose-connection':
      if (!tab) return;
      // As the device does it: the connection closed, so it opens again, once, with a loop of its own.
      tab.tables.lose();
      void tab.loop.stop();
      device.left.add(tab.agent);
      device.tabs = device.tabs.filter((each) => each !== tab);
      time.schedule(undefined, 100, () => void reopen());
      return;
    case 'lose-power':
    case 'wipe':
      killAll(device);
      if (command.do === 'wipe') wipeDevice(world, device);
      else device.losePower(Math.floor(command.die * 20));
      time.schedule(undefined, 1000, () => void reopen());
  }
}

interface Saving {
  do: 'visit' | 'edit' | 'household';
  household: number;
  fields: readonly string[];
  poison?: Poison;
  photos?: readonly number[];
}

async function save(world: World, device: SimDevice, saving: Saving): Promise<void> {
  const tab = tabOf(device);
  if (!tab) return;
  const { ledger } = world;
  const action = ledger.begin(device.name, device.life);
  const settle = (state: SavedAction['state']) => {
    if (action.state !== 'begun') return;
    action.state = state;
    if (state === 'saved') world.counts.saved++;
    tell(world, `${device.name} action ${String(action.number)} ${state}`);
  };
  const attempt = async () => {
    const { photos: sizes } = saving;
    const taken = sizes && (await takePhotos(world, { device, tab, action, sizes }));
    for (let tries = 0; tries < 4; tries++) {
      const planned = await plan(world, { device, tab, saving, action, taken });
      if (planned === undefined) return settle('not-saved');
      ledger.plan(action, planned);
      const puts = planned.map(({ key, after, before }) => ({
        scope: scopeOfKey(key),
        body: after,
        basedOn: before?._rev,
      }));
      const saved = await tab.store.saveAction(puts, taken?.draftKey, taken?.puts);
      if (saved.outcome === 'moved') continue;
      settle(saved.outcome === 'saved' ? 'saved' : 'not-saved');
      if (saved.outcome === 'saved') tab.loop.saved();
      return undefined;
    }
    return settle('not-saved');
  };
  // What the store throws is told to her: not saved, unless the tab is dead and nobody is told anything.
  void attempt().catch(() => settle('not-saved'));
}

interface Planning {
  device: SimDevice;
  tab: Tab;
  saving: Saving;
  action: SavedAction;
  taken: TakenPhotos | undefined;
}

/** What is to be written over what is read now; undefined where the household is not there. */
async function plan(
  world: World,
  { device, tab, saving, action, taken }: Planning,
): Promise<PlannedWrite[] | undefined> {
  const { ledger } = world;
  const nowMs = world.time.nowMs() + device.clockOffsetMs;
  const now = new Date(nowMs).toISOString();
  const head = { schema: 1, createdAt: now, createdBy: device.name, updatedAt: now, updatedBy: device.name };
  if (saving.do === 'household') {
    const _id = `household:${device.name}-${String(action.number)}`;
    const body = { _id, type: 'household', room: 'room:1', kind: 'family', ...head, device: device.name };
    return [{ key: keyOf(GRID, _id), before: undefined, after: { ...body, notes: [ledger.newToken()] } }];
  }
  const id = householdId(saving.household);
  const held = await tab.store.readDocument(GRID, id);
  if (!held) return undefined;
  const before: DocumentBody = held.body;
  const changes = Object.fromEntries(
    saving.fields.map((field) => [
      field,
      field === 'notes' ? otherNotes(world, device, before) : ledger.newToken(),
    ]),
  );
  const author = { person: device.name, device: device.name, now, generation: generationOf(held.rev) + 1 };
  const { poison: _poison, ...clean } = before;
  const poisoned = saving.poison && saving.do === 'edit' ? { poison: saving.poison } : {};
  const after = changedBy(author, before, { ...clean, ...changes, ...poisoned });
  const changed: PlannedWrite = { key: keyOf(GRID, id), before: { ...before, _rev: held.rev }, after };
  if (saving.do === 'edit') return [changed];
  const visit = {
    _id: visitId(device, action),
    type: 'visit',
    household: id,
    words: ledger.newToken(),
    ...head,
    device: device.name,
    ...(saving.poison && { poison: saving.poison }),
    ...(taken && { photos: taken.named }),
  };
  const event = { key: keyOf(EVENTS, visit._id), before: undefined, after: visit };
  return saving.fields.length > 0 ? [event, changed] : [event];
}

/** Notes are a set: one comes in, now and then one goes. */
function otherNotes({ ledger }: World, { dice }: SimDevice, { notes }: DocumentBody): unknown[] {
  const known: unknown[] = Array.isArray(notes) ? notes : [];
  const kept = known.length > 0 && dice.hits(0.3) ? known.filter((note) => note !== dice.pick(known)) : known;
  return [...kept, ledger.newToken()];
}

/** She looks at what was refused: sends the first once more, or gives it up. */
async function settleRejection(world: World, device: SimDevice, how: 'retry' | 'drop'): Promise<void> {
  const tab = tabOf(device);
  if (!tab) return;
  const act = async () => {
    const [first] = await tab.store.listRejections();
    if (!first) return;
    if (how === 'retry') return void (await tab.store.retryRejection(first));
    const key = keyOf(first.scope, first.id);
    for (const { tokens } of world.ledger.actions)
      for (const each of tokens)
        if (each.key === key && JSON.stringify(first.body).includes(each.token))
          world.givenUp.add(each.token);
    tell(world, `${device.name} gives up ${key}`);
    await tab.store.dropRejection(first);
  };
  void act().catch(() => undefined);
}

/** An administrator's act: the winner is deleted on the server, by somebody who saw it. */
async function deleteHousehold(world: World, n: number): Promise<void> {
  const database = world.server.databases.get(GRID);
  const id = householdId(n);
  const record = database?.documents.get(id);
  const winner = record?.leaves()[0];
  if (!record || !winner || winner.deleted) return;
  const body = { _id: id, _deleted: true, type: 'household', updatedBy: 'administrator' };
  const rev: Revision = nextRevision(winner.rev, body);
  const _revisions = toRevisionPath([rev, ...record.pathOf(winner.rev)]);
  const seen = JSON.stringify(record.body(winner.rev));
  for (const each of world.ledger.tokens.values())
    if (seen.includes(each.token)) world.overwrittenOnServer.add(each.token);
  tell(world, `administrator deletes ${idOfKey(keyOf(GRID, id))}`);
  await world.server.write(GRID, { ...body, _rev: rev, _revisions });
}
