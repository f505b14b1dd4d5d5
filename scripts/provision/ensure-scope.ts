// One scope on a server: its database, who may read it, the rules for writing there. Invariant: what is there as it should
// be is not written.
import { type CouchAdministrator } from './couch-administrator.ts';
import { type ScopePlan } from './scope-plan.ts';
import { writeRules } from './write-rules.ts';

/** What was written. */
export interface EnsuredScope {
  database: boolean;
  security: boolean;
  rules: boolean;
}

export async function ensureScope(
  couch: CouchAdministrator,
  scope: ScopePlan,
  exists: boolean,
): Promise<EnsuredScope> {
  if (!exists) await couch.createDatabase(scope.name);
  return {
    database: !exists,
    security: await couch.ensureSecurity(scope.name, scope.security),
    rules: await couch.ensureDocument(scope.name, { ...writeRules(scope.kind) }),
  };
}
