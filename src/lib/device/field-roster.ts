// The roster of one open device, in the worker's memory: loaded once from the store, kept up with its changes, and asked
// by every screen. Invariant: after `refresh` resolves it shows what the store held when it began, or something newer.
import {
  MODEL_TYPES,
  emptyFieldModel,
  putIntoModel,
  removeFromModel,
  type FieldModel,
} from '#lib/domain/field-model.ts';
import { buildSearchIndex, type SearchIndex } from '#lib/domain/search-people.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { DIRECTORY, gridOfScope } from '#lib/domain/scopes.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Unreadable } from './device-state.ts';

/** What the roster reads from: the newest bodies of a type, unsent edits laid over. */
export interface RosterSource {
  /** `tampered`: ids whose record is not what was sealed there. */
  listByType(scope: string, type: string): Promise<RosterList>;
}

interface RosterList {
  bodies: DocumentBody[];
  tampered: string[];
}

/** Which types of a scope the model holds. */
function typesIn(scope: string): readonly string[] {
  if (scope === DIRECTORY) return MODEL_TYPES.directory;
  return scope.startsWith('grid-') && gridOfScope(scope) ? MODEL_TYPES.grid : [];
}

export class FieldRoster {
  readonly model: FieldModel = emptyFieldModel();
  #source: RosterSource;
  #index: SearchIndex | undefined;
  /** By scope and type, how many documents no screen can show. */
  readonly #unreadable = new Map<string, Unreadable>();
  #queue: Promise<void> = Promise.resolve();

  constructor(source: RosterSource) {
    this.#source = source;
  }

  /** Reads all of these scopes again, one refresh after another. */
  refresh(scopes: readonly string[], types?: readonly string[]): Promise<void> {
    const next = this.#queue.then(() => this.#read(scopes, types));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** Takes in documents just saved, before the store's own report of them. */
  take(scope: string, bodies: readonly DocumentBody[]): void {
    for (const body of bodies) putIntoModel(this.model, scope, body);
    this.#index = undefined;
  }

  /** Everyone who can be found, made when first asked for after a change. */
  get searchIndex(): SearchIndex {
    return (this.#index ??= buildSearchIndex(this.model));
  }

  /** Of all that was read: what this build does not understand, and what is damaged. */
  unreadable(): Unreadable {
    const sum = { newer: 0, damaged: 0 };
    for (const { newer, damaged } of this.#unreadable.values()) {
      sum.newer += newer;
      sum.damaged += damaged;
    }
    return sum;
  }

  async #read(scopes: readonly string[], types: readonly string[] | undefined): Promise<void> {
    // All are asked for at once: the medium reads the next while this one is taken in.
    const readings = scopes.map((scope) => {
      const wanted = typesIn(scope).filter((type) => types === undefined || types.includes(type));
      const lists = Promise.all(wanted.map((type) => this.#source.listByType(scope, type)));
      // Told to whoever waits below for the first that fails.
      lists.catch(() => undefined);
      return { scope, wanted, lists };
    });
    for (const { scope, wanted, lists } of readings) {
      const read = await lists;
      wanted.forEach((type, place) => this.#replace(scope, type, read[place]));
    }
    this.#index = undefined;
  }

  /** The documents of one type in one scope are now exactly these. */
  #replace(
    scope: string,
    type: string,
    { bodies, tampered }: RosterList = { bodies: [], tampered: [] },
  ): void {
    const held = new Set(bodies.map((body) => body._id));
    for (const [id, from] of this.model.scopes) {
      if (from === scope && typeOfId(id) === type && !held.has(id)) removeFromModel(this.model, id);
    }
    const newer = bodies.filter((body) => !putIntoModel(this.model, scope, body)).length;
    this.#unreadable.set(`${scope}|${type}`, { newer, damaged: tampered.length });
  }
}
