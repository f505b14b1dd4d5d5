// `filter=design/name` and `filter=_view&view=design/name` of `_changes`: functions of design documents, run in a
// sandbox of their own, so that a slow filter takes no validation with it. Source: Apache CouchDB 3.5, couch_changes
// (configure_filter, filter) and couch_query_servers:filter_docs, filter_view.
// Invariants: a filter is found and compiled before the answer begins; one request has `REQUEST_MS` for all its
// documents, and gives way to others meanwhile; one that fails or takes too long breaks the answer off, so that nothing is silently left out.
import { type Database } from './database-catalog.ts';
import { giveWay, TURN_MS, type DocumentFilter } from './document-filter.ts';
import { readRevision } from './document-reads.ts';
import { type Exchange } from './exchange.ts';
import { FILTER_PROGRAM, type ProgramPass } from './filter-program.ts';
import { createProgramSandbox, OUT_OF_TIME, type CompiledProgram } from './program-sandbox.ts';
import { notFound, Refusal } from './refusal.ts';
import { isObject } from './request-body.ts';

const COMPILE_MS = 1000;
const DOCUMENT_MS = 500;
const REQUEST_MS = 5000;

/** Where a filter stands: in which design document, and along which names in it. */
export interface FilterPlace {
  design: string;
  path: readonly string[];
}

export interface DesignFilter {
  /** Rejects where the function fails. */
  matches: DocumentFilter;
  dispose(): void;
}

export interface DesignFilters {
  /** Refuses with 404 where there is no such function. */
  open(place: FilterPlace, asked: { exchange: Exchange; database: Database }): Promise<DesignFilter>;
}

export function createDesignFilters(): DesignFilters {
  const sandbox = createProgramSandbox();
  return {
    async open({ design, path }, { exchange, database }) {
      const designJson = await readDesign(database, design, path);
      const given = [designJson, JSON.stringify(path)];
      const compiled = await sandbox.compile({ program: FILTER_PROGRAM, given }, COMPILE_MS);
      if ('failed' in compiled) throw new Refusal(500, compiled.failed.error, compiled.failed.reason);
      return filterOf(compiled, JSON.stringify(requestOf(exchange, database)));
    },
  };
}

function filterOf(compiled: CompiledProgram, requestJson: string): DesignFilter {
  let leftMs = REQUEST_MS;
  const matchesOne = (document: object): boolean => {
    // Another filter may have broken the engine meanwhile: the reader asks again.
    if (!compiled.alive() || leftMs <= 0) throw failed(OUT_OF_TIME);
    const started = performance.now();
    const ran = compiled.run([JSON.stringify(document), requestJson], Math.min(DOCUMENT_MS, leftMs));
    leftMs -= performance.now() - started;
    if ('failed' in ran) throw failed(ran.failed);
    const pass = JSON.parse(ran.done) as ProgramPass;
    if ('passed' in pass) return pass.passed;
    if (pass.failed === 'InternalError') compiled.distrust();
    throw failed({ error: pass.failed, reason: pass.reason });
  };
  return {
    async matches(documents) {
      const passed: boolean[] = [];
      let until = performance.now() + TURN_MS;
      for (const document of documents) {
        passed.push(matchesOne(document));
        if (performance.now() < until) continue;
        await giveWay();
        until = performance.now() + TURN_MS;
      }
      return passed;
    },
    dispose: () => compiled.dispose(),
  };
}

function failed({ error, reason }: { error: string; reason: string }): Refusal {
  return new Refusal(500, error, reason);
}

async function readDesign({ store }: Database, design: string, path: readonly string[]): Promise<string> {
  const [metadata] = await store.metadata([`_design/${design}`]);
  if (!metadata) throw notFound();
  if (metadata.deleted) throw notFound('deleted');
  const revision = await readRevision(store, metadata);
  let found: unknown = revision?.body;
  for (const step of path) {
    if (!isObject(found) || !Object.hasOwn(found, step)) throw notFound(`missing json key: ${step}`);
    found = found[step];
  }
  return JSON.stringify(revision?.body);
}

/** CouchDB's request object without what proves who asks: a filter has no use for passwords and cookies. */
function requestOf({ method, query, segments, user }: Exchange, database: Database): object {
  return {
    info: { db_name: database.name, doc_count: database.store.docCount() },
    id: null,
    method,
    path: segments,
    query: Object.fromEntries(query),
    headers: {},
    body: 'undefined',
    form: {},
    cookie: {},
    userCtx: { db: database.name, name: user.name, roles: user.roles },
    secObj: database.security(),
  };
}
