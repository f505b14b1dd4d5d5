// After the faults: the line is up, everybody has signed in, every tablet is open. Then, in at most three rounds of all,
// everything must be through (sync.md 9: 1, 3, 6, 7, 12, 13).
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import { tokensIn } from './device-view.ts';
import { checkPhotosThrough } from './photo-checks.ts';
import { SCOPES } from './plan.ts';
import { killTab, openTab, type SimDevice } from './sim-device.ts';
import { isExcused } from './step-checks.ts';
import { idOfKey, keyOf, scopeOfKey, tell, violate, type World } from './world.ts';

const ROUNDS = 3;
/** Longer than any request lives. */
const SETTLE_MS = 180_000;
/** A set back server is noticed within the hour. */
const LOOKED_AGAIN_MS = 3_700_000;
const ROUND_MS = 600_000;

export async function quietPhase(world: World): Promise<void> {
  const { time, devices } = world;
  world.faultsOn = false;
  tell(world, 'quiet');
  // All tablets sleep until whatever hangs has ended, and a server that was set back is looked at again.
  for (const device of devices) {
    keepOne(device);
    device.signedIn = true;
    for (const { agent } of device.tabs) agent.frozen = true;
  }
  world.serverUpAtMs = 0;
  world.onlineAtMs.clear();
  await time.pass(world.setBack.size > 0 ? LOOKED_AGAIN_MS : SETTLE_MS);
  for (const scope of world.setBack) await announceRestore(world, scope);
  for (const device of devices) {
    keepOne(device);
    for (const { agent } of device.tabs) time.thaw(agent);
    if (device.tabs.length === 0) await opened(world, device);
    for (const { loop } of device.tabs) loop.signedIn();
  }
  for (let round = 0; round < ROUNDS && !world.violation; round++)
    for (const device of devices) await oneRound(world, device);
  if (world.violation) return;
  for (const device of devices) checkNothingWaits(world, device);
  for (const scope of SCOPES) checkConverged(world, scope);
  checkSaves(world);
  checkPhotosThrough(world);
}

/** Of several tabs one that is awake. */
function keepOne(device: SimDevice): void {
  const kept = device.tabs.find(({ agent }) => !agent.frozen) ?? device.tabs[0];
  for (const tab of device.tabs) if (tab !== kept) killTab(device, tab);
  for (const agent of [...device.left, ...(kept ? device.opening : [])]) agent.dead = true;
  device.left.clear();
  if (kept) device.opening.clear();
}

/** The administrator says so: else tablets leave a server alone that holds far less than they do. */
async function announceRestore({ server }: World, scope: string): Promise<void> {
  const body = { _id: 'meta:epoch', type: 'epoch', said: 'restored' };
  const rev = nextRevision(undefined, body);
  await server.write(scope, { ...body, _rev: rev, _revisions: toRevisionPath([rev]) });
}

async function opened(world: World, device: SimDevice): Promise<void> {
  if (device.opening.size === 0) void openTab(device, world.ports);
  await world.time.passWhile(() => device.tabs.length === 0, SETTLE_MS);
}

async function oneRound(world: World, device: SimDevice): Promise<void> {
  let done = false;
  const rounds = device.reports.length;
  const tab = device.tabs[0];
  if (!tab) return violate(world, 13, `${device.name} cannot open its store`);
  void tab.loop.syncNow().finally(() => (done = true));
  const hangs = await world.time.passWhile(() => !done && !world.violation, ROUND_MS);
  if (hangs) violate(world, 13, `${device.name}: a round does not end`);
  else if (device.reports.length === rounds && !world.violation)
    violate(world, 13, `${device.name} did not sync: ${JSON.stringify(tab.loop.status())}`);
}

const mayNever = (world: World, device: SimDevice, key: string) =>
  !world.server.roles.get(device.name)?.has(scopeOfKey(key));

/** 13, 12: only what the server stumbles over, or may not be sent, still waits. */
function checkNothingWaits(world: World, device: SimDevice): void {
  const { view, name } = device;
  for (const [key, { body }] of view.edits)
    if (body.poison !== 'crash' && !mayNever(world, device, key))
      violate(
        world,
        13,
        `${name} still holds ${key} back after ${String(ROUNDS)} rounds without a fault: ${JSON.stringify(view.edits.get(key))}`,
      );
  const refused = [...view.rejections.values()].reduce((sum, { size }) => sum + size, 0);
  world.counts.refused += refused;
}

/** 6: the same winners and the same leaves, on the server and on every tablet of the scope. */
function checkConverged(world: World, scope: string): void {
  const database = world.server.databases.get(scope)!;
  for (const device of world.devices) {
    const isUnvouched = world.unvouched.has(`${device.name}|${scope}`);
    if (isUnvouched || !world.server.roles.get(device.name)?.has(scope)) continue;
    for (const [id, record] of database.documents) {
      const key = keyOf(scope, id);
      const [winner, ...losing] = record.leaves();
      const held = device.view.documents.get(key);
      const says = winner!.deleted ? undefined : winner!.rev;
      if (held?.rev !== says)
        violate(
          world,
          6,
          `${device.name} holds ${held?.rev ?? 'nothing'} of ${key}, the server ${says ?? 'nothing'}`,
        );
      const leaves = losing.filter(({ deleted }) => !deleted).map(({ rev }) => rev);
      const seen = [...(device.view.leaves.get(key)?.values() ?? [])].filter(({ deleted }) => !deleted);
      if (
        held &&
        leaves.sort().join() !==
          seen
            .map(({ rev }) => rev)
            .sort()
            .join()
      )
        violate(world, 6, `${device.name} sees other leaves of ${key} than the server`);
    }
    for (const key of device.view.documents.keys())
      if (scopeOfKey(key) === scope && !database.documents.has(idOfKey(key)))
        violate(world, 6, `${device.name} holds ${key}, which the server never had`);
  }
}

/** 1, 7: every word of every save is where a person can see it. */
function checkSaves(world: World): void {
  const visible = new Set<string>();
  for (const database of world.server.databases.values())
    for (const record of database.documents.values())
      for (const { rev, deleted } of record.leaves())
        if (!deleted) for (const token of tokensIn(record.body(rev))) visible.add(token);
  for (const { view } of world.devices) {
    for (const { body } of view.edits.values()) for (const token of tokensIn(body)) visible.add(token);
    for (const refused of view.rejections.values())
      for (const { edit } of refused.values()) for (const token of tokensIn(edit.body)) visible.add(token);
  }
  for (const { state, device, life, tokens } of world.ledger.actions) {
    if (state !== 'saved') continue;
    for (const each of tokens) {
      if (visible.has(each.token) || isExcused(world, each)) continue;
      // Lost by the server, and by the tablet that could have given it back: wiped, or its role taken away.
      const isWiped = world.devices.some(({ name, life: now }) => name === device && now !== life);
      const isShutOut = world.shutOut.has(`${device}|${scopeOfKey(each.key)}`);
      if ((isWiped || isShutOut) && world.setBack.has(scopeOfKey(each.key))) continue;
      violate(
        world,
        7,
        `${each.token} of ${each.key}, saved by ${device}, is to be seen nowhere: ${whereIs(world, each)}`,
      );
    }
  }
}

/** For whoever reads of it: which revisions say the word, and what came of them. */
function whereIs({ server }: World, { token, key }: { token: string; key: string }): string {
  const record = server.databases.get(scopeOfKey(key))?.documents.get(idOfKey(key));
  return (record?.leaves() ?? [])
    .map(({ rev, deleted }) => {
      const path = record!.pathOf(rev).map((each) => {
        const body = record!.body(each);
        return `${each.slice(0, 6)}${body ? (tokensIn(body).includes(token) ? '!' : '') : '?'}`;
      });
      return `${deleted ? 'deleted ' : ''}${path.join('<')}`;
    })
    .join('; ');
}
