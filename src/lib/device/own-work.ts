// What she did on this tablet since she last handed in, read from roster and store: every document with its revision.
// Invariant: nothing is left out that carries her name, this tablet and a later moment, waiting or not.
import type { FieldModel } from '#lib/domain/field-model.ts';

import { isHers, isOthers, type Authored, type Whose } from '#lib/domain/shift-work.ts';
import type { HeldShift } from '#lib/domain/shift-board.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { StoredDocument } from '#lib/storage/reads.ts';

export interface WorkSource {
  store: DeviceStore;
  model: FieldModel;
  /** Where events stand or wait, held or not. */
  eventScopes: readonly string[];
}

export interface OwnWork {
  documents: StoredDocument[];
  /** Documents of others that came meanwhile. */
  received: number;
}

const ROSTER = ['rooms', 'households', 'residents', 'memberships', 'tags', 'tasks'] as const;

export async function readOwnWork(source: WorkSource, whose: Whose): Promise<OwnWork> {
  const { store, model } = source;
  const roster = ROSTER.flatMap((name) => [...model[name].values()] as Authored[]);
  const kept = await Promise.all(
    roster
      .filter((document) => isHers(document, whose))
      .map(({ _id }) => store.readDocument(model.scopes.get(_id) ?? '', _id)),
  );
  const events = await readEvents(source);
  return {
    documents: [
      ...kept.filter((document) => document !== undefined),
      ...events.filter(({ body }) => isHers(body as unknown as Authored, whose)),
    ],
    received: [...roster, ...events.map(({ body }) => body as unknown as Authored)].filter((document) =>
      isOthers(document, whose),
    ).length,
  };
}

async function readEvents({ store, eventScopes }: WorkSource): Promise<StoredDocument[]> {
  const lists = await Promise.all(eventScopes.map((scope) => store.listByType(scope, 'visit')));
  return lists.flatMap(({ documents }) => documents);
}

/** A shift as this tablet holds it. */
export interface OwnShift extends HeldShift {
  /** Not confirmed by the server yet. */
  waiting: boolean;
}

/** Newest first; those a newer app wrote are left out. */
export async function readShifts(store: DeviceStore, scopes: readonly string[]): Promise<OwnShift[]> {
  const lists = await Promise.all(scopes.map((scope) => store.listByType(scope, 'shift')));
  return lists
    .flatMap(({ documents }) => documents)
    .flatMap(({ body, rev, waiting }) => {
      const parsed = parseDocument('shift', body);
      return parsed.outcome === 'read' ? [{ shift: parsed.document, rev, waiting }] : [];
    })
    .sort((a, b) => b.shift.handedInAt.localeCompare(a.shift.handedInAt));
}

/** Of this person on this tablet. */
export const lastShift = (shifts: readonly OwnShift[], { person, tablet }: Whose): OwnShift | undefined =>
  shifts.find(({ shift }) => shift.person === person && shift.device === tablet);
