// `validate_doc_update` of a database's design documents, asked for every write but those of design documents.
// Invariants: a database without such functions pays nothing; functions are compiled once and again after any write of
// a design document; one request gets `REQUEST_MS` for all its documents, so that no batch holds up the server.
import { type Database } from './database-catalog.ts';
import { renderDocument, renderRevisions, renderStubs } from './document-render.ts';
import { type UserContext } from './exchange.ts';
import { type StoredBody } from './pouch-layout.ts';
import { type Prepared } from './prepare-write.ts';
import { Refusal } from './refusal.ts';
import { readRevision } from './document-reads.ts';
import { OUT_OF_TIME } from './program-sandbox.ts';
import { type CompiledValidation, type ValidationSandbox, type Verdict } from './validation-sandbox.ts';

const COMPILE_MS = 1000;
const DOCUMENT_MS = 500;
const REQUEST_MS = 5000;

/** What is left of a request's time. */
export interface ValidationBudget {
  leftMs: number;
}

export const newBudget = (): ValidationBudget => ({ leftMs: REQUEST_MS });

export interface DesignValidation {
  /** Throws the refusal of the first function that refuses. */
  check(
    prepared: Prepared,
    asked: { database: Database; user: UserContext; budget: ValidationBudget },
  ): Promise<void>;
  /** A design document of this database was written. */
  forget(database: Database): void;
}

interface DesignFunction {
  designJson: string;
  compiled?: CompiledValidation;
}

export function createDesignValidation(sandbox: ValidationSandbox): DesignValidation {
  const known = new WeakMap<Database, Promise<DesignFunction[]>>();

  function functionsOf(database: Database): Promise<DesignFunction[]> {
    const loaded = known.get(database) ?? loadFunctions(database);
    known.set(database, loaded);
    loaded.catch(() => known.delete(database));
    return loaded;
  }

  async function compiledOf(validation: DesignFunction): Promise<CompiledValidation> {
    if (validation.compiled?.alive()) return validation.compiled;
    const compiled = await sandbox.compile(validation.designJson, COMPILE_MS);
    if ('outcome' in compiled) throw refusalOf(compiled);
    validation.compiled = compiled;
    return compiled;
  }

  return {
    async check(prepared, { database, user, budget }) {
      const functions = await functionsOf(database);
      if (functions.length === 0) return;
      const input = {
        newDoc: JSON.stringify(newDocument(prepared)),
        oldDoc: JSON.stringify(oldDocument(await prepared.readPrevious(), prepared)),
        userCtx: JSON.stringify({ db: database.name, name: user.name, roles: user.roles }),
        secObj: JSON.stringify(database.security()),
      };
      for (const validation of functions) {
        const compiled = await compiledOf(validation);
        if (budget.leftMs <= 0) throw refusalOf({ outcome: 'failed', ...OUT_OF_TIME });
        const started = performance.now();
        const verdict = compiled.check(input, Math.min(DOCUMENT_MS, budget.leftMs));
        budget.leftMs -= performance.now() - started;
        if (verdict.outcome !== 'valid') throw refusalOf(verdict);
      }
    },
    forget(database) {
      const loaded = known.get(database);
      known.delete(database);
      void loaded
        ?.then((functions) => functions.forEach(({ compiled }) => compiled?.dispose()))
        .catch(() => undefined);
    },
  };
}

async function loadFunctions({ store }: Database): Promise<DesignFunction[]> {
  const functions: DesignFunction[] = [];
  for await (const metadata of store.range({ gte: '_design/', lt: '_design0' })) {
    if (metadata.deleted) continue;
    const revision = await readRevision(store, metadata);
    if (typeof revision?.body.validate_doc_update === 'string') {
      functions.push({ designJson: JSON.stringify(revision.body) });
    }
  }
  return functions;
}

/** The document as it would be shown, with the revision it stands on: CouchDB gives a new edit its parent's `_rev`. */
function newDocument({ document, parent, attachments }: Prepared): object {
  const shown: Record<string, unknown> = { _id: document.id };
  if (parent.ids.length > 0) shown._rev = `${parent.start}-${parent.ids[0] ?? ''}`;
  Object.assign(shown, document.fields);
  if (document.deleted) shown._deleted = true;
  if (parent.ids.length > 0) shown._revisions = { start: parent.start, ids: parent.ids };
  if (document.attachments.size > 0) shown._attachments = renderStubs(attachments);
  return shown;
}

function oldDocument(previous: StoredBody | undefined, { parent }: Prepared): object | null {
  if (!previous) return null;
  const shown = renderDocument(previous);
  const generation = Number(previous._rev.split('-', 1)[0]);
  const ids = parent.ids.slice(Math.max(0, parent.start - generation));
  if (ids.length > 0)
    shown._revisions = renderRevisions(
      generation,
      ids.map((id) => ({ id, status: 'missing', deleted: false })),
    );
  return shown;
}

function refusalOf(verdict: Exclude<Verdict, { outcome: 'valid' }>): Refusal {
  if (verdict.outcome === 'failed') return new Refusal(500, verdict.error, verdict.reason);
  return new Refusal(verdict.error === 'forbidden' ? 403 : 401, verdict.error, verdict.reason);
}
