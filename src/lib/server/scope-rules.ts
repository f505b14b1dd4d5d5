// What the gate must be told of databases and documents, for it knows neither households nor communities: handed in by
// whoever starts the server. Invariant: with nothing told, no database is append-only, and no document an event.

export interface ScopeRules {
  /** A database that takes new documents from those who may not read it. */
  isAppendOnly(database: string): boolean;
  /** Whether somebody with these roles may add to such a database. */
  mayAppend(database: string, roles: readonly string[]): boolean;
  /** Whether documents of this type are written once and have one leaf for ever. */
  isEvent(type: string): boolean;
  /** Ids that administrators alone give, in a database that only takes in. */
  isReserved?(id: string): boolean;
}

export const NO_SCOPE_RULES: ScopeRules = {
  isAppendOnly: () => false,
  mayAppend: () => false,
  isEvent: () => false,
};
