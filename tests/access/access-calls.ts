// Every endpoint of a server, with the right it takes and whether its answer shows what stands in a database.
import { createHash } from 'node:crypto';
import { type Right } from './access-table.ts';

export interface AccessCall {
  name: string;
  method: string;
  path: string;
  right: Right;
  /** A right answer holds the database's mark. */
  shows: boolean;
  body?: (person: string) => unknown;
}

export const revOf = (text: string) => `1-${createHash('md5').update(text).digest('hex')}`;
const get = (path: string, more: Partial<AccessCall> = {}): AccessCall => ({
  name: `GET ${path}`,
  method: 'GET',
  path,
  right: 'read',
  shows: true,
  ...more,
});
const post = (path: string, body: unknown, more: Partial<AccessCall> = {}): AccessCall => ({
  name: `POST ${path}`,
  method: 'POST',
  path,
  right: 'read',
  shows: true,
  body: () => body,
  ...more,
});
const govern = (method: string, path: string, body?: unknown): AccessCall => ({
  name: `${method} ${path}`,
  method,
  path,
  right: 'govern',
  shows: false,
  ...(body === undefined ? {} : { body: () => body }),
});

/** Below a database in which `note:1`, with a photo, and `_local/mark` stand. */
export const CALLS: AccessCall[] = [
  get('', { shows: false }),
  get('_changes?include_docs=true'),
  get('_changes?include_docs=true&since=0&feed=longpoll'),
  get('_changes?include_docs=true&since=0&feed=continuous&limit=1'),
  get('_changes?include_docs=true&since=0&feed=eventsource&limit=1'),
  post('_changes?include_docs=true&filter=_doc_ids', { doc_ids: ['note:1'] }),
  get('_all_docs?include_docs=true'),
  post('_all_docs?include_docs=true', { keys: ['note:1'] }),
  post('_bulk_get', { docs: [{ id: 'note:1' }] }),
  get('note:1'),
  get('note:1?open_revs=all&revs=true'),
  get('note:1/photo'),
  get('_local/mark'),
  post('_find', { selector: {}, limit: 10 }),
  post('_revs_diff', { 'note:1': [revOf('none')] }, { right: 'append', shows: false }),
  {
    name: 'POST _bulk_docs',
    method: 'POST',
    path: '_bulk_docs',
    right: 'append',
    shows: false,
    body: (person) => ({
      docs: [{ _id: `by:${person}`, _rev: revOf(person), type: 'by' }],
      new_edits: false,
    }),
  },
  {
    name: 'PUT _local',
    method: 'PUT',
    path: '_local/other',
    right: 'write',
    shows: false,
    body: () => ({ since: '1' }),
  },
];

/** What only administrators may; nothing of it is tried as one. */
export const GOVERNING: AccessCall[] = [
  govern('PUT', 'note:9', { v: 1 }),
  govern('PUT', 'note:1/other', 'x'),
  govern('DELETE', `note:1?rev=${revOf('note')}`),
  govern('POST', '', { _id: 'note:9' }),
  govern('POST', '_bulk_docs', { docs: [{ _id: 'note:9' }] }),
  govern('PUT', '_design/sly', { language: 'javascript' }),
  govern('PUT', '_security', { members: { roles: [] } }),
  govern('GET', '_security'),
  govern('POST', '_find', { selector: {}, limit: 5000 }),
  govern('GET', '_changes?filter=_view&view=a/b'),
  govern('POST', '_changes?filter=_selector', { selector: {} }),
  govern('POST', '_purge', {}),
  govern('POST', '_compact', {}),
  govern('POST', '_index', { index: { fields: ['a'] } }),
  govern('POST', '_all_docs/queries', { queries: [{}] }),
  govern('GET', '_local_docs?include_docs=true'),
  govern('GET', '_design_docs'),
  govern('PUT', '_revs_limit', '5'),
  govern('DELETE', ''),
];

/** At the server and in `_users`, by nobody but administrators. */
export const AT_SERVER: AccessCall[] = [
  govern('GET', '_all_dbs'),
  govern('GET', '_active_tasks'),
  govern('GET', '_node/_local/_config'),
  govern('POST', '_replicate', {}),
  govern('PUT', 'a-new-database'),
  govern('GET', '_users/_all_docs?include_docs=true'),
  govern('GET', '_users/_changes?include_docs=true'),
  govern('POST', '_users/_find', { selector: {} }),
  govern('POST', '_users/_bulk_get', { docs: [{ id: 'org.couchdb.user:keeper' }] }),
  govern('GET', '_users/org.couchdb.user:keeper'),
  govern('PUT', '_users/org.couchdb.user:intruder', {
    name: 'intruder',
    type: 'user',
    roles: ['street:999999001'],
    password: 'intruder',
  }),
];
