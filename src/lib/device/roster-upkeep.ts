// Keeps the roster in memory up with the store: the documents that change there are read again, or where there are too
// many to name, all of their type. Invariant: what changed is read, or stays to be read; a reading that failed is made good
// by the next. A change is told after the reading that contains it, so that whoever asks then is answered from it.
import { typeOfId } from '#lib/domain/document-id.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { StoreChange } from '#lib/storage/change-feed.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { FieldRoster } from './field-roster.ts';

export interface RosterUpkeepParts {
  store: Pick<DeviceStore, 'listHeldScopes' | 'onChange'>;
  roster: Pick<FieldRoster, 'refresh' | 'refreshDocuments'>;
  /** Something a screen may show has changed. */
  changed(): void;
}

/** Of one scope. */
interface Unread {
  ids: Set<string>;
  /** All documents of these. */
  types: Set<string>;
}

/** More are read with all of their type. */
const NAMED_AT_MOST = 1_000;

export class RosterUpkeep {
  readonly #parts: RosterUpkeepParts;
  readonly #stopListening: () => void;
  /** By scope what changed and is not read yet; undefined while the roster is not loaded, when nothing is kept up. */
  #unread: Map<string, Unread> | undefined;
  #reading = false;

  constructor(parts: RosterUpkeepParts) {
    this.#parts = parts;
    this.#stopListening = parts.store.onChange((change) => void this.#heard(change));
  }

  /** Reads the whole roster of what is held; a roster of 6,550 people takes about a second. Throws StorageFaults. */
  async load(): Promise<void> {
    const { store, roster } = this.#parts;
    const before = this.#unread;
    this.#unread = new Map();
    try {
      await roster.refresh(await store.listHeldScopes());
    } catch (error) {
      if (before) for (const [scope, unread] of before) this.#putBack(scope, unread);
      else this.#unread = undefined;
      throw error;
    } finally {
      // Nobody else reads these any more.
      if (before && before.size > 0) this.#parts.changed();
    }
  }

  /** Reads the directory alone: what a first download must know before it knows which grids there are. */
  loadDirectory(): Promise<void> {
    return this.#parts.roster.refresh([DIRECTORY]);
  }

  close(): void {
    this.#stopListening();
  }

  async #heard(change: StoreChange): Promise<void> {
    if (!this.#hasToRead(change)) this.#parts.changed();
    await this.#keepUp();
  }

  #hasToRead({ tables, scopes, types, ids }: StoreChange): boolean {
    if (!this.#unread || !tables.some((table) => table === 'documents' || table === 'edits')) return false;
    for (const scope of scopes) {
      const named = ids?.get(scope);
      this.#putBack(scope, named ? { ids: named, types: [] } : { ids: [], types });
    }
    return scopes.length > 0;
  }

  #putBack(scope: string, { ids, types }: Record<keyof Unread, Iterable<string>>): void {
    if (!this.#unread) return;
    const unread = this.#unread.get(scope) ?? { ids: new Set(), types: new Set() };
    this.#unread.set(scope, unread);
    for (const type of types) unread.types.add(type);
    for (const id of ids) unread.ids.add(id);
    if (unread.ids.size <= NAMED_AT_MOST) return;
    for (const id of unread.ids) unread.types.add(typeOfId(id));
    unread.ids.clear();
  }

  /** Changes that come while one reading is under way are read together by the next, and told when it is done. */
  async #keepUp(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (let next = this.#takeAll(); next.size > 0; next = this.#takeAll()) {
        await this.#readAll(next);
        this.#parts.changed();
      }
    } catch (error) {
      // What is wrong with the store a round says, or whoever asks for a screen; the next change tries again.
      if (storageFaultKind(error) === undefined) throw error;
      this.#parts.changed();
    } finally {
      this.#reading = false;
    }
  }

  #takeAll(): Map<string, Unread> {
    const all = new Map(this.#unread);
    this.#unread?.clear();
    return all;
  }

  async #readAll(all: Map<string, Unread>): Promise<void> {
    try {
      for (const [scope, unread] of all) {
        await this.#readOne(scope, unread);
        all.delete(scope);
      }
    } catch (error) {
      for (const [scope, unread] of all) this.#putBack(scope, unread);
      throw error;
    }
  }

  async #readOne(scope: string, unread: Unread): Promise<void> {
    const { roster } = this.#parts;
    if (unread.types.size > 0) await roster.refresh([scope], [...unread.types]);
    const named = [...unread.ids].filter((id) => !unread.types.has(typeOfId(id)));
    await roster.refreshDocuments(scope, named);
  }
}
