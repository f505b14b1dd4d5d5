// What the gate is told of the scopes of 敲门: which only take in, who may add to them, which documents are events.
// Invariant: the audit of a community takes from everybody with a role there and from nobody else (sync.md 1); what is an
// event is what the write rules call one.
import { isPushOnly } from '#lib/domain/scopes.ts';
import type { ScopeRules } from '#lib/server/scope-rules.ts';
import { ADMINISTRATION_EVENTS } from './people/administration-events.ts';
import { EVENT_TYPES } from './provision/type-rules.ts';

export const SCOPE_RULES: ScopeRules = {
  isAppendOnly: isPushOnly,
  mayAppend(database, roles) {
    const code = /^audit-(\d{12})$/.exec(database)?.[1];
    return code !== undefined && roles.some((role) => isOfCommunity(role, code));
  },
  isEvent: (type) => EVENT_TYPES.has(type),
  // They are numbered one after another: one that is not theirs would stop the numbers.
  isReserved: (id) => id.startsWith(ADMINISTRATION_EVENTS),
};

/** A role for the community itself, for the street above it, or for a grid in it. */
function isOfCommunity(role: string, code12: string): boolean {
  const [, kind, code = ''] = /^(community|worker|street|grid):(\d{9,15})$/.exec(role) ?? [];
  if (kind === 'community' || kind === 'worker') return code === code12;
  if (kind === 'street') return code.length === 9 && code12.startsWith(code);
  return kind === 'grid' && code.length === 15 && code.startsWith(code12);
}
