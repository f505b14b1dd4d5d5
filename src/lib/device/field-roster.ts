// The roster of one open device, in the worker's memory: loaded once from the store, kept up with its changes, and asked
// by every screen. Invariant: after `refresh` resolves it shows what the store held when it began, or something newer.
import {
  MODEL_TYPES,
  emptyFieldModel,
  idsInModel,
  putIntoModel,
  removeFromModel,
  type FieldModel,
} from '#lib/domain/field-model.ts';
import { buildSearchIndex, type SearchIndex } from '#lib/domain/search-people.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { DIRECTORY, gridOfScope } from '#lib/domain/scopes.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { createSerial } from '#lib/protocol/serial.ts';
import type { Unreadable } from './device-state.ts';

/** What the roster reads from: the newest bodies, unsent edits laid over. */
export interface RosterSource {
  listByType(scope: string, type: string): Promise<RosterList>;
  readDocuments(scope: string, ids: readonly string[]): Promise<RosterList>;
}

interface RosterList {
  documents: { id: string; body: DocumentBody }[];
  /** Ids whose record is not what was sealed there. */
  tampered: string[];
}

/** Of one scope and type, what no screen can show. */
interface Unshown {
  newer: Set<string>;
  damaged: Set<string>;
}

/** Which types of a scope the model holds. */
function typesIn(scope: string): readonly string[] {
  if (scope === DIRECTORY) return MODEL_TYPES.directory;
  return scope.startsWith('grid-') && gridOfScope(scope) ? MODEL_TYPES.grid : [];
}

/** All documents of a type in a scope. */
interface Kind {
  scope: string;
  type: string;
}

const kindsIn = (scope: string, only: readonly string[] | undefined): Kind[] =>
  typesIn(scope)
    .filter((type) => only === undefined || only.includes(type))
    .map((type) => ({ scope, type }));

const kindOf = (scope: string, type: string) => `${scope}|${type}`;

type Asked = Kind & { list: Promise<RosterList> };

/** The medium reads these while those before are opened and taken in; more at once would all lie in memory. */
const ASKED_AHEAD = 3;

export class FieldRoster {
  readonly model: FieldModel = emptyFieldModel();
  #source: RosterSource;
  #index: SearchIndex | undefined;
  /** By scope and type, of which anything was ever read or taken in. */
  readonly #unshown = new Map<string, Unshown>();
  /** One reading after another: none is overtaken by what was read before it. */
  readonly #inTurn = createSerial();

  constructor(source: RosterSource) {
    this.#source = source;
  }

  /** Reads all of these scopes again, one refresh after another. */
  refresh(scopes: readonly string[], types?: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#read(scopes, types));
  }

  /** Reads these documents of one scope again, and no others; those of no concern to a roster not at all. */
  refreshDocuments(scope: string, ids: readonly string[]): Promise<void> {
    const types = typesIn(scope);
    const wanted = ids.filter((id) => types.includes(typeOfId(id)));
    return wanted.length === 0 ? Promise.resolve() : this.#inTurn(() => this.#readThese(scope, wanted));
  }

  /** Takes in documents just saved, before the store's own report of them. */
  take(scope: string, bodies: readonly DocumentBody[]): void {
    for (const body of bodies) {
      this.#unshownOf(scope, typeOfId(String(body._id)));
      putIntoModel(this.model, scope, body);
    }
    this.#index = undefined;
  }

  /** Everyone who can be found, made when first asked for after a change. */
  get searchIndex(): SearchIndex {
    return (this.#index ??= buildSearchIndex(this.model));
  }

  /** Of all that was read: what this build does not understand, and what is damaged. */
  unreadable(): Unreadable {
    const sum = { newer: 0, damaged: 0 };
    for (const { newer, damaged } of this.#unshown.values()) {
      sum.newer += newer.size;
      sum.damaged += damaged.size;
    }
    return sum;
  }

  async #read(scopes: readonly string[], types: readonly string[] | undefined): Promise<void> {
    const left = scopes.flatMap((scope) => kindsIn(scope, types)).values();
    const asked: Asked[] = [];
    const askNext = () => {
      const { value: kind } = left.next();
      if (kind) asked.push(this.#ask(kind));
    };
    try {
      for (let ahead = 0; ahead < ASKED_AHEAD; ahead++) askNext();
      let ofScope: (Kind & { read: RosterList })[] = [];
      for (let next = asked.shift(); next; next = asked.shift()) {
        const { scope, type } = next;
        ofScope.push({ scope, type, read: await next.list });
        askNext();
        if (asked[0]?.scope === scope) continue;
        // At once: whoever asks in between is not shown new households with old people.
        for (const { type, read } of ofScope) this.#replace(scope, this.#heldOf(scope, type), read);
        ofScope = [];
      }
    } finally {
      // What was taken in before a reading failed has changed the model already.
      this.#index = undefined;
    }
  }

  #ask({ scope, type }: Kind): Asked {
    const list = this.#source.listByType(scope, type);
    // Told to whoever waits for it.
    list.catch(() => undefined);
    return { scope, type, list };
  }

  async #readThese(scope: string, ids: readonly string[]): Promise<void> {
    this.#replace(scope, ids, await this.#source.readDocuments(scope, ids));
    this.#index = undefined;
  }

  /** What was read of one type in one scope, shown or not. */
  #heldOf(scope: string, type: string): string[] {
    const isNew = !this.#unshown.has(kindOf(scope, type));
    const { newer, damaged } = this.#unshownOf(scope, type);
    // The roster of all other scopes is not searched for it.
    if (isNew) return [];
    const held = [...newer, ...damaged];
    for (const id of idsInModel(this.model, type)) if (this.model.scopes.get(id) === scope) held.push(id);
    return held;
  }

  /** Of these documents of a scope there are now exactly those in the list. */
  #replace(scope: string, ids: readonly string[], { documents, tampered }: RosterList): void {
    // At a start nothing was here before: nobody asks for the names of a whole roster.
    const held = new Set(ids.length === 0 ? [] : documents.map(({ id }) => id));
    for (const id of ids) {
      const { newer, damaged } = this.#unshownOf(scope, typeOfId(id));
      newer.delete(id);
      damaged.delete(id);
      // A document may have come to stand in another scope.
      if (!held.has(id) && (this.model.scopes.get(id) ?? scope) === scope) removeFromModel(this.model, id);
    }
    for (const { id, body } of documents) {
      if (!putIntoModel(this.model, scope, body)) this.#unshownOf(scope, typeOfId(id)).newer.add(id);
    }
    for (const id of tampered) this.#unshownOf(scope, typeOfId(id)).damaged.add(id);
  }

  #unshownOf(scope: string, type: string): Unshown {
    const kind = kindOf(scope, type);
    const unshown = this.#unshown.get(kind) ?? { newer: new Set(), damaged: new Set() };
    this.#unshown.set(kind, unshown);
    return unshown;
  }
}
