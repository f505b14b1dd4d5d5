// A rule an administrator lays down for one database, as CouchDB has them: a function that every write must pass.
import { couchClient } from '../../scripts/couch-client.ts';
import type { RunningServer } from './running-server.ts';

/** In place of the rule of this name, so that it can be another one later. */
export async function ruleOfThePlace(
  server: RunningServer,
  database: string,
  validate: string,
): Promise<void> {
  const { user, password } = server.administrator;
  const admin = couchClient({ url: `${server.url}/db`, user, password });
  const id = `/${database}/_design/of-the-place`;
  const there = await admin.request('GET', id);
  const rev = there.outcome === 'answered' && (there.body as { _rev?: string })._rev;
  await admin.request('PUT', id, {
    ...(rev ? { _rev: rev } : {}),
    language: 'javascript',
    validate_doc_update: validate,
  });
}
