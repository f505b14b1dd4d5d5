// The invariants of sync.md 9 that hold at every instant, checked after each step for whatever the step touched.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import { fromRevisionPath, generationOf, type Revision } from '#lib/protocol/revision.ts';
import { tokensIn, unsentTokens } from './device-view.ts';
import type { SavedToken } from './ledger.ts';
import { checkPhotos, notePhotoWrite } from './photo-checks.ts';
import type { SimDevice } from './sim-device.ts';
import { contentOf, idOfKey, keyOf, note, scopeOfKey, violate, type World } from './world.ts';

/** 4: one revision is one body, for ever, everywhere. */
function seeBody(world: World, at: { key: string; rev: Revision; body: DocumentBody; where: string }): void {
  const name = `${at.key}|${at.rev}`;
  const content = contentOf({ ...at.body, _id: '' });
  const known = world.bodies.get(name);
  if (known === undefined) world.bodies.set(name, content);
  else if (known !== content)
    violate(world, 4, `${name} is another body ${at.where}: ${content} for ${known}`);
}

/** Told by the server of each new revision, as it is written. */
export function checkServerWrite(
  world: World,
  scope: Scope,
  document: RevisionedDocument,
  person: string | undefined,
): void {
  const { _rev: rev, _revisions, ...body } = document;
  const key = keyOf(scope, document._id);
  note(world, () => writtenWords(key, document, person));
  for (const token of tokensIn(body)) {
    world.onServer.add(token);
    world.everOnServer.add(token);
  }
  seeBody(world, { key, rev, body, where: 'on the server' });
  notePhotoWrite(world, scope, document);
  if (person === undefined) return;
  checkJoined(world, key, rev);
  checkNoPhantom(world, key, body);
  if (!body._deleted) checkNoNeedlessBranch(world, { key, person, path: fromRevisionPath(_revisions) });
  const leaves = world.server.databases.get(scope)?.documents.get(document._id)?.leaves() ?? [];
  if (document._id.startsWith('visit:') && leaves.length > 1)
    violate(world, 3, `the event ${key} has ${String(leaves.length)} leaves`);
}

function writtenWords(key: string, document: RevisionedDocument, person = 'the server'): string {
  const { _revisions, _deleted, ...body } = document;
  const path = fromRevisionPath(_revisions).map((rev) => rev.slice(0, 6));
  return `${person} wrote ${key} ${path.join('<')}${_deleted ? ' deleted' : ''} ${tokensIn(body).join()}`;
}

/** 5: a revision that stands apart from the tree it belongs to names no leaf it replaces, and nothing will join it. */
function checkJoined(world: World, key: string, rev: Revision): void {
  const record = world.server.databases.get(scopeOfKey(key))?.documents.get(idOfKey(key));
  const root = record?.pathOf(rev).at(-1);
  if (root !== undefined && generationOf(root) > 1 && record!.leaves().length > 1)
    violate(world, 5, `${rev} of ${key} stands apart from all the server knows of it`);
}

/** 2: every word on the server is one that somebody saved, in the field she saved it in; an event is whole. */
function checkNoPhantom(world: World, key: string, body: DocumentBody): void {
  const isEvent = key.includes('|visit:');
  for (const [field, value] of Object.entries(body)) {
    if (MERGING.has(field)) continue;
    for (const token of tokensIn(value)) {
      const known = world.ledger.tokens.get(token);
      if (known === undefined || known.key !== key || known.field !== field)
        violate(world, 2, `${key} says ${token} in ${field}, where nobody saved it`);
      else if (isEvent && contentOf(known.action.bodies.get(key)!) !== contentOf(body))
        violate(world, 2, `the event ${key} is not what was saved`);
    }
  }
}

/** What merging itself writes. */
const MERGING = new Set(['at', 'seen', 'clashes', 'merged']);

/**
 * 7: nobody clashes with what she has already received. A path goes up for the first time: what the tablet held as the
 * server's when it went out must be in it.
 */
function checkNoNeedlessBranch(
  world: World,
  { key, person, path }: { key: string; person: string; path: Revision[] },
): void {
  // What a server set back gets again, it gets as it was.
  if (world.setBack.has(scopeOfKey(key))) return;
  const device = world.devices.find(({ name }) => name === person);
  const sent = device?.firstSent.get(`${key}|${path[0]!}`);
  if (sent?.held !== undefined && !path.includes(sent.held) && !sent.ancestorsSent)
    violate(world, 7, `${person} pushed ${path[0]!} of ${key} beside ${sent.held}, which she held`);
}

/** Noted as a request leaves: what this tablet holds of each document it sends for the first time. */
export function noteSent(device: SimDevice, scope: Scope, documents: readonly RevisionedDocument[]): void {
  for (const { _id, _revisions } of documents) {
    const key = keyOf(scope, _id);
    const path = fromRevisionPath(_revisions);
    const name = `${key}|${path[0]!}`;
    if (device.firstSent.has(name)) continue;
    const held = device.view.documents.get(key)?.rev;
    const ancestorsSent = path.slice(1).some((rev) => device.firstSent.has(`${key}|${rev}`) && rev !== held);
    device.firstSent.set(name, { held, ancestorsSent });
  }
}

/** After each step. */
export function checkStep(world: World): void {
  for (const [device, keys] of world.dirty) {
    for (const key of keys) checkDocument(world, device, key);
    if (keys.size > 0) checkWords(world, device, keys);
  }
  for (const device of world.devices) checkPhotos(world, device);
  world.dirty.clear();
  for (const [device, scopes] of world.moved)
    for (const scope of scopes) checkCheckpoint(world, device, scope);
  world.moved.clear();
}

function checkDocument(world: World, device: SimDevice, key: string): void {
  const { view, name } = device;
  const where = `on ${name}`;
  const edit = view.edits.get(key);
  if (edit) seeBody(world, { key, rev: edit.rev, body: edit.body, where });
  if (edit?.base) seeBody(world, { key, rev: edit.base.rev, body: edit.base.body, where });
  const document = view.documents.get(key);
  if (document) seeBody(world, { key, rev: document.rev, body: document.body, where });
  for (const leaf of view.leaves.get(key)?.values() ?? [])
    seeBody(world, { key, rev: leaf.rev, body: leaf.body, where });
  for (const rev of view.rejections.get(key)?.keys() ?? [])
    if (
      !world.server.refused.has(`${key}|${rev}`) &&
      !isPoisoned(view.rejections.get(key)?.get(rev)?.edit.body)
    )
      violate(world, 13, `${key} ${rev} was never refused, yet stands in the rejections of ${name}`);
}

const isPoisoned = (body: DocumentBody | undefined) => body?.poison !== undefined;

/** 1, 10: every word called saved is in this tablet's unsent work or on the server; an action is whole. */
function checkWords(world: World, device: SimDevice, keys: ReadonlySet<string>): void {
  for (const action of world.ledger.actions) {
    if (action.device !== device.name || action.life !== device.life) continue;
    if (action.state === 'not-saved' || !action.tokens.some(({ key }) => keys.has(key))) continue;
    if (action.state === 'saved') for (const token of action.tokens) checkToken(world, device, token);
    if (action.bodies.size > 1) checkWhole(world, device, action.tokens);
  }
}

/** Gone by an act of somebody's, or under words of one who saw it: of a save that nobody was told of yet these must be there,
    or be under others in their turn. */
export function isExcused(world: World, { token, overwrittenBy }: SavedToken): boolean {
  if (world.gone.has(token) || world.givenUp.has(token) || world.overwrittenOnServer.has(token)) return true;
  return overwrittenBy.some(
    (action) =>
      action.state === 'saved' ||
      action.tokens.some(
        (each) => world.everOnServer.has(each.token) || isHeld(world, each) || isExcused(world, each),
      ),
  );
}

function isHeld(world: World, { key, token, action }: SavedToken): boolean {
  const device = world.devices.find(({ name }) => name === action.device);
  return device !== undefined && unsentTokens(device.view, key).has(token);
}

function checkToken(world: World, { name, view }: SimDevice, saved: SavedToken): void {
  const { token, key } = saved;
  if (world.onServer.has(token) || unsentTokens(view, key).has(token) || isExcused(world, saved)) return;
  // The server lost it, not the tablet: what becomes of that is repair's, and is asked at the end.
  if (world.everOnServer.has(token) && world.setBack.has(scopeOfKey(key))) return;
  violate(world, 1, `${name} was told that ${token} of ${key} is saved: it is nowhere`);
}

function checkWhole(world: World, device: SimDevice, tokens: readonly SavedToken[]): void {
  const known = tokens.filter((each) => !isExcused(world, each));
  const there = known.filter(
    ({ key, token }) => world.everOnServer.has(token) || unsentTokens(device.view, key).has(token),
  );
  if (there.length > 0 && there.length < known.length)
    violate(world, 10, `${device.name} has ${there.map(({ key }) => key).join()} of an action, and no more`);
}

/** 8: what the checkpoint claims is held. */
function checkCheckpoint(world: World, { view, name, beganIn }: SimDevice, scope: Scope): void {
  const database = world.server.databases.get(scope);
  const checkpoint = view.checkpoints.get(scope);
  if (!database || !checkpoint) return;
  const { timeline, vector } = database.placeOf(checkpoint.since as string);
  // Until the tablet has noticed that the server was set back, it knows no better.
  if (timeline !== database.timeline || beganIn.get(scope) !== timeline) return;
  for (const [id, record] of database.documents) {
    if (record.seq > vector[record.shard]!) continue;
    const [winner] = record.leaves();
    const key = keyOf(scope, id);
    const held = view.documents.get(key);
    const ahead = held?.path?.includes(winner!.rev);
    if (winner!.deleted ? held && !ahead : held?.rev !== winner!.rev && !ahead)
      violate(
        world,
        8,
        `${name} says it holds all of ${idOfKey(key)}: ${held?.rev ?? 'nothing'} for ${winner!.rev}`,
      );
  }
}
