import { describe, expect, it } from 'vitest';
import { judgeCall, userKind } from './call-rules.ts';
import { parseTarget } from './exchange.ts';
import { type ScopeRules } from './scope-rules.ts';

const scopes: ScopeRules = {
  isAppendOnly: (database) => database.startsWith('audit-'),
  mayAppend: (database, roles) => roles.includes(database.replace('audit-', 'community:')),
  isEvent: () => false,
};
const people = {
  nobody: { name: null, roles: [] },
  staff: { name: 'li', roles: ['staff', 'community:1'] },
  editor: { name: 'wang', roles: ['staff', 'editor'] },
  auditor: { name: 'zhao', roles: ['auditor'] },
  administrator: { name: 'admin', roles: ['_admin'] },
} as const;

function outcome(who: keyof typeof people, asked: string): string {
  const [method = '', url = ''] = asked.split(' ');
  const verdict = judgeCall({ method, ...parseTarget(url) }, people[who], scopes);
  if (verdict.outcome === 'refused') return String(verdict.refusal.status);
  return verdict.outcome === 'allowed' && verdict.asAdministrator ? 'for her' : verdict.outcome;
}

describe('the rule table of calls', () => {
  it('knows who is who by the roles', () => {
    for (const [kind, person] of Object.entries(people)) expect(userKind(person)).toBe(kind);
  });

  it.each([
    'GET /grid-1',
    'GET /grid-1/_changes?since=0&include_docs=true&feed=longpoll',
    'POST /grid-1/_changes?filter=_doc_ids',
    'GET /grid-1/_all_docs?include_docs=true',
    'POST /grid-1/_all_docs',
    'POST /grid-1/_bulk_docs',
    'POST /grid-1/_bulk_get?revs=true',
    'POST /grid-1/_revs_diff',
    'GET /grid-1/_local/abc',
    'PUT /grid-1/_local/abc%2F1',
    'GET /grid-1/visit:1?open_revs=all',
    'HEAD /grid-1/visit:1',
    'GET /grid-1/_design/write-rules',
    'GET /grid-1/photo:1/photo',
    'POST /grid-1/_find',
    'GET /grid-1/_index',
    'GET /',
  ])('lets everybody signed in %s, and no stranger', (asked) => {
    for (const who of ['staff', 'editor', 'auditor'] as const) expect(outcome(who, asked)).toBe('allowed');
    expect(outcome('nobody', asked)).toBe('401');
    expect(outcome('administrator', asked)).toBe('free');
  });

  it.each(['GET /_up', 'HEAD /_up', 'GET /_session', 'POST /_session', 'DELETE /_session'])(
    'lets even a stranger %s',
    (asked) => expect(outcome('nobody', asked)).toBe('allowed'),
  );

  it.each([
    'GET /_all_dbs',
    'GET /_uuids',
    'GET /_active_tasks',
    'GET /_node/_local/_config',
    'POST /_replicate',
    'GET /_replicator/_all_docs',
    'GET /_up/x',
    'POST /_up',
    'PUT /grid-1',
    'DELETE /grid-1',
    'POST /grid-1',
    'PUT /grid-1/visit:1',
    'DELETE /grid-1/visit:1?rev=1-a',
    'COPY /grid-1/visit:1',
    'PUT /grid-1/photo:1/photo',
    'PUT /grid-1/_design/x',
    'PUT /grid-1/_design%2Fx',
    'GET /grid-1/_design/x/_view/y',
    'GET /grid-1/_design/x/attachment',
    'GET /grid-1/_security',
    'PUT /grid-1/_security',
    'POST /grid-1/_purge',
    'POST /grid-1/_compact',
    'POST /grid-1/_view_cleanup',
    'POST /grid-1/_missing_revs',
    'GET /grid-1/_design_docs',
    'POST /grid-1/_all_docs/queries',
    'GET /grid-1/_local_docs',
    'DELETE /grid-1/_local/abc',
    'GET /grid-1/_local/a/b',
    'POST /grid-1/_index',
    'POST /grid-1/_explain',
    'GET /grid-1/_revs_limit',
    'GET /grid-1/_find',
    'GET /grid-1//_all_docs',
    'GET /grid-1/../grid-2',
    'GET /grid-1/_changes?filter=app/mine',
    'GET /grid-1/_changes?filter=_selector',
    'GET /Grid-1',
    'GET /_users',
    'GET /_users/_changes',
    'POST /_users/_find',
    'GET /_users/org.couchdb.user:wu',
    'PUT /_users/org.couchdb.user:li',
    'GET /_users/org.couchdb.user:li/attachment',
  ])('leaves %s to administrators', (asked) => {
    for (const who of ['staff', 'editor', 'auditor'] as const) expect(outcome(who, asked)).toBe('403');
    expect(outcome('nobody', asked)).toBe('401');
    expect(outcome('administrator', asked)).toBe('free');
  });

  it('lets a person read her own account, and nobody else’s', () => {
    expect(outcome('staff', 'GET /_users/org.couchdb.user:li')).toBe('allowed');
    expect(outcome('editor', 'GET /_users/org.couchdb.user:li')).toBe('403');
  });

  it('refuses a parameter given twice, which two servers may read differently', () => {
    expect(outcome('staff', 'GET /grid-1/_changes?filter=_doc_ids&filter=app/mine')).toBe('400');
  });

  it('lets who has a role there add to an append-only database, an auditor read it, and nobody else', () => {
    for (const call of ['_bulk_docs', '_revs_diff']) {
      expect(outcome('staff', `POST /audit-1/${call}`)).toBe('for her');
      expect(outcome('staff', `POST /audit-2/${call}`)).toBe('403');
      expect(outcome('editor', `POST /audit-1/${call}`)).toBe('403');
      expect(outcome('auditor', `POST /audit-1/${call}`)).toBe('for her');
    }
    for (const asked of [
      'GET /audit-1',
      'GET /audit-1/_changes',
      'GET /audit-1/_all_docs',
      'POST /audit-1/_bulk_get',
      'GET /audit-1/reveal:1',
      'GET /audit-1/_local/x',
      'PUT /audit-1/_local/x',
      'POST /audit-1/_find',
    ]) {
      expect(outcome('staff', asked)).toBe('403');
      expect(outcome('auditor', asked)).toBe('allowed');
    }
  });
});
