// The visits a server holds, read by a stock PouchDB: what is there, any CouchDB client sees.
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';

export interface VisitThere {
  _id: string;
  _rev: string;
  createdBy: string;
  household: string;
  result: string;
  answers: Record<string, unknown>;
  /** With the digests of their bytes. */
  photos?: { photo: string; digest: string }[];
  /** More than one leaf stands there. */
  _conflicts?: string[];
}

/** Of one grid (15 digits) this year. */
export async function visitsOnServer(
  server: Pick<RunningServer, 'url'>,
  person: Person,
  grid: string,
): Promise<VisitThere[]> {
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  const pouch = stockPouch(`${server.url}/db/events-${grid}-${year}`, person);
  const { rows } = await pouch.allDocs({
    include_docs: true,
    conflicts: true,
    startkey: 'visit:',
    endkey: 'visit;',
  });
  return rows.map(({ doc }) => doc as unknown as VisitThere);
}
