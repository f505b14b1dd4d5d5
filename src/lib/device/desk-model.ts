// The requests of one open device and their steps, in the worker's memory: read once from the store when the desk is first
// asked for, and kept up with its changes. Invariant: what does not parse is left out and counted by nobody here; the
// server's copy of it stays as it came.
import type { HeldRequest } from '#lib/domain/desk-rows.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import type { RequestStep, ServiceRequest } from '#lib/domain/request.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { createSerial } from '#lib/protocol/serial.ts';

export interface DeskSource {
  listByType(scope: string, type: string): Promise<{ documents: Stored[] }>;
  readDocuments(scope: string, ids: readonly string[]): Promise<{ documents: Stored[] }>;
}

interface Stored {
  id: string;
  body: DocumentBody;
  waiting: boolean;
}

const TYPES = ['request', 'request-step'];
const isDesk = (scope: string) => scope.startsWith('desk-');

export class DeskModel {
  readonly #source: DeskSource;
  readonly #requests = new Map<string, { request: ServiceRequest; scope: string }>();
  readonly #steps = new Map<string, Map<string, RequestStep>>();
  readonly #scopeOf = new Map<string, string>();
  readonly #waiting = new Set<string>();
  readonly #inTurn = createSerial();

  constructor(source: DeskSource) {
    this.#source = source;
  }

  all(): HeldRequest[] {
    return [...this.#requests.keys()].map((id) => this.get(id)!);
  }

  get(id: string): HeldRequest | undefined {
    const found = this.#requests.get(id);
    if (!found) return undefined;
    const steps = [...(this.#steps.get(id)?.values() ?? [])];
    return { request: found.request, steps, waiting: this.#waiting };
  }

  scopeOf(id: string): string | undefined {
    return this.#requests.get(id)?.scope;
  }

  /** Reads these scopes again, of those that are a desk's. */
  refresh(scopes: readonly string[], types: readonly string[] = TYPES): Promise<void> {
    return this.#inTurn(async () => {
      for (const scope of scopes.filter(isDesk)) {
        for (const type of TYPES.filter((each) => types.includes(each))) {
          const { documents } = await this.#source.listByType(scope, type);
          this.#replace(scope, this.#idsOf(scope, type), documents);
        }
      }
    });
  }

  refreshDocuments(scope: string, ids: readonly string[]): Promise<void> {
    const wanted = ids.filter((id) => TYPES.includes(typeOfId(id)));
    if (!isDesk(scope) || wanted.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      const { documents } = await this.#source.readDocuments(scope, wanted);
      this.#replace(scope, wanted, documents);
    });
  }

  /** Just saved, before the store's own report of it. */
  take(scope: string, bodies: readonly DocumentBody[]): void {
    for (const body of bodies) this.#put(scope, { id: String(body._id), body, waiting: true });
  }

  #idsOf(scope: string, type: string): string[] {
    return [...this.#scopeOf].flatMap(([id, of]) => (of === scope && typeOfId(id) === type ? [id] : []));
  }

  #replace(scope: string, before: readonly string[], documents: readonly Stored[]): void {
    const held = new Set(documents.map(({ id }) => id));
    for (const id of before) if (!held.has(id)) this.#drop(id);
    for (const document of documents) this.#put(scope, document);
  }

  #put(scope: string, { id, body, waiting }: Stored): void {
    if (waiting) this.#waiting.add(id);
    else this.#waiting.delete(id);
    this.#scopeOf.set(id, scope);
    if (body.type === 'request') {
      const parsed = parseDocument('request', body);
      if (parsed.outcome === 'read') this.#requests.set(id, { request: parsed.document, scope });
      return;
    }
    const parsed = parseDocument('request-step', body);
    if (parsed.outcome !== 'read') return;
    const { request } = parsed.document;
    const steps = this.#steps.get(request) ?? new Map<string, RequestStep>();
    this.#steps.set(request, steps.set(id, parsed.document));
  }

  #drop(id: string): void {
    this.#scopeOf.delete(id);
    this.#waiting.delete(id);
    this.#requests.delete(id);
    if (typeOfId(id) === 'request-step') for (const steps of this.#steps.values()) steps.delete(id);
  }
}
