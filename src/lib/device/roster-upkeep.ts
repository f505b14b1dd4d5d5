// Keeps the roster in memory up with the store: what changes there is read again, each scope and type once for however
// many changes. Invariant: what changed is read, or stays to be read; a reading that failed is made good by the next.
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { StoreChange } from '#lib/storage/change-feed.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { FieldRoster } from './field-roster.ts';

export interface RosterUpkeepParts {
  store: Pick<DeviceStore, 'listHeldScopes' | 'onChange'>;
  roster: Pick<FieldRoster, 'refresh'>;
  /** Something a screen may show has changed. */
  changed(): void;
}

interface Unread {
  scopes: Set<string>;
  types: Set<string>;
}

export class RosterUpkeep {
  readonly #parts: RosterUpkeepParts;
  readonly #stopListening: () => void;
  /** What changed and is not read yet; undefined while the roster is not loaded, when nothing is kept up. */
  #unread: Unread | undefined;
  #reading = false;

  constructor(parts: RosterUpkeepParts) {
    this.#parts = parts;
    this.#stopListening = parts.store.onChange((change) => void this.#heard(change));
  }

  /** Reads the whole roster of what is held; a roster of 6,550 people takes about a second. Throws StorageFaults. */
  async load(): Promise<void> {
    const { store, roster } = this.#parts;
    const before = this.#unread;
    this.#unread = { scopes: new Set(), types: new Set() };
    try {
      await roster.refresh(await store.listHeldScopes());
    } catch (error) {
      if (before) this.#putBack(before);
      else this.#unread = undefined;
      throw error;
    }
  }

  /** Reads the directory alone: what a first download must know before it knows which grids there are. */
  loadDirectory(): Promise<void> {
    return this.#parts.roster.refresh([DIRECTORY]);
  }

  close(): void {
    this.#stopListening();
  }

  async #heard({ tables, scopes, types }: StoreChange): Promise<void> {
    if (this.#unread && tables.some((table) => table === 'documents' || table === 'edits'))
      this.#putBack({ scopes: new Set(scopes), types: new Set(types) });
    await this.#keepUp();
    this.#parts.changed();
  }

  #putBack({ scopes, types }: Unread): void {
    for (const scope of scopes) this.#unread?.scopes.add(scope);
    for (const type of types) this.#unread?.types.add(type);
  }

  /** Changes that come while one reading is under way are read together by the next. */
  async #keepUp(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#unread && this.#unread.scopes.size > 0) await this.#readOnce(this.#unread);
    } catch (error) {
      // What is wrong with the store a round says, or whoever asks for a screen; the next change tries again.
      if (storageFaultKind(error) === undefined) throw error;
    } finally {
      this.#reading = false;
    }
  }

  async #readOnce(changed: Unread): Promise<void> {
    this.#unread = { scopes: new Set(), types: new Set() };
    try {
      await this.#parts.roster.refresh([...changed.scopes], [...changed.types]);
    } catch (error) {
      this.#putBack(changed);
      throw error;
    }
  }
}
