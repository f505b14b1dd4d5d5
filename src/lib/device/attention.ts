// 要处理: what the server refused, told by what somebody did, and what can be done about it. Invariants: nothing of it goes
// but by being sent, mended, or handed out as a file first; an action is named by its moment of saving.
import { householdOf, householdTitle } from '#lib/domain/household-title.ts';
import type { FieldModel } from '#lib/domain/field-model.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { refusalOf } from '#lib/domain/refusal.ts';
import { isRestrictedTag } from '#lib/domain/tag-kinds.ts';
import type { Visit } from '#lib/domain/visit.ts';
import type { Rejection } from '#lib/storage/rejections.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import {
  listRefusedPhotos,
  filedPhotos,
  giveUpPhotos,
  photosBehind,
  refusedPhotosOf,
  sendPhotosAgain,
  setPhotosAside,
  takeBack,
} from './attention-photos.ts';
import type { DraftKey } from './draft-key.ts';
import { draftName } from './draft-name.ts';
import type { AttentionParts, RefusedFile, RefusedKey, RefusedRow } from './refused-row.ts';

/** Oldest first. */
export async function listRefused(parts: AttentionParts): Promise<RefusedRow[]> {
  const { store, model } = parts;
  const actions = new Map<number, Rejection[]>();
  for (const each of await store.listRejections())
    actions.set(each.savedAt, [...(actions.get(each.savedAt) ?? []), each]);
  const begun = new Set((await store.listDrafts()).map(({ key }) => key));
  const records = [...actions].map(([action, rejections]) => {
    const row = rowOf(model, action, rejections);
    return row.mend && begun.has(draftName(row.mend)) ? { ...row, mendBegun: true } : row;
  });
  return [...records, ...(await listRefusedPhotos(parts))].sort((a, b) => a.action - b.action);
}

function rowOf(model: FieldModel, action: number, rejections: readonly Rejection[]): RefusedRow {
  const visit = rejections.map(asVisit).find((each) => each !== undefined);
  const first = visit ?? rejections[0]!.body;
  const about = householdTitle(model, householdOf(model, first));
  const person = visit ? visit.resident : residentOf(rejections);
  const name = person === undefined ? undefined : model.residents.get(person)?.name;
  return {
    what: 'records',
    action,
    savedAt: new Date(action).toISOString(),
    type: String(first.type),
    ...(about ? { about } : {}),
    ...(name === undefined ? {} : { person: name }),
    reasons: rejections.map(({ body, error, reason }) => ({
      type: String(body.type),
      refusal: refusalOf(error, reason),
      raw: `${error}: ${reason}`,
    })),
    ...(visit && about ? { mend: mendKey(visit) } : {}),
  };
}

const mendKey = ({ _id, form, household, resident }: Visit): DraftKey => ({
  form,
  household,
  ...(resident === undefined ? {} : { resident }),
  mend: _id,
});

function asVisit({ body }: Rejection): Visit | undefined {
  const parsed = parseDocument('visit', body);
  return parsed.outcome === 'read' ? parsed.document : undefined;
}

function residentOf(rejections: readonly Rejection[]): string | undefined {
  const body = rejections
    .map((each) => each.body)
    .filter(({ code }) => !isRestrictedTag(String(code)))
    .find(({ type, resident }) => type === 'resident' || resident);
  const id = body?.type === 'resident' ? body._id : body?.resident;
  return typeof id === 'string' ? id : undefined;
}

const ofAction = async (store: DeviceStore, action: number) =>
  (await store.listRejections()).filter(({ savedAt }) => savedAt === action);

/** `edited`: something newer of it waits already, and goes first. */
export async function sendAgain(
  parts: AttentionParts,
  { what, action }: RefusedKey,
): Promise<{ outcome: 'waiting' | 'edited' | 'gone' }> {
  const { store } = parts;
  if (what === 'photos') return sendPhotosAgain(parts, action);
  let outcome: 'waiting' | 'edited' | 'gone' = 'gone';
  for (const rejection of await ofAction(store, action)) {
    await takeBack(store, await photosBehind(store, new Set([rejection.id])));
    const said = await store.retryRejection(rejection);
    if (said === 'damaged') continue;
    if (outcome === 'gone' || said === 'edited') outcome = said;
  }
  return { outcome };
}

export async function refusedFile(parts: AttentionParts, { what, action }: RefusedKey): Promise<RefusedFile> {
  const savedAt = new Date(action).toISOString();
  if (what === 'photos') return { savedAt, documents: await refusedPhotosOf(parts, action) };
  const rejections = await ofAction(parts.store, action);
  const records = rejections.map(({ scope, body, error, reason }) => ({
    database: scope,
    error,
    reason,
    document: body,
  }));
  const photos = await photosBehind(parts.store, new Set(rejections.map(({ id }) => id)));
  return { savedAt, documents: [...records, ...(await filedPhotos(parts.store, photos))] };
}

const SET_ASIDE = 'setAside';

/** Given up here, after the administrator has it as a file, photos and all; counted in the next receipt. */
export async function setAside(parts: AttentionParts, { what, action }: RefusedKey): Promise<void> {
  const { store, nowMs } = parts;
  if (!(await listRefused(parts)).some((row) => row.what === what && row.action === action)) return;
  await store.putNote(SET_ASIDE, [...(await momentsSetAside(store)), nowMs()]);
  if (what === 'photos') return setPhotosAside(parts, action);
  for (const rejection of await ofAction(store, action)) {
    const photos = await photosBehind(store, new Set([rejection.id]));
    await giveUpPhotos(store, photos, () => store.giveUpRejection(rejection));
  }
}

/** When something was set aside, milliseconds since 1970. */
export async function momentsSetAside(store: DeviceStore): Promise<number[]> {
  const note = await store.readNote(SET_ASIDE);
  return Array.isArray(note) ? note.filter((each) => typeof each === 'number') : [];
}

/** The refused visit of this id; undefined where it was sent, mended or set aside meanwhile. */
export async function refusedVisit(store: DeviceStore, id: string): Promise<Visit | undefined> {
  const found = (await store.listRejections()).find((each) => each.id === id);
  return found && asVisit(found);
}
