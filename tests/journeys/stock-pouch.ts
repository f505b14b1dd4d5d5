// A PouchDB as anybody installs it, without a line of ours: what it reads, any CouchDB client reads.
import http from 'pouchdb-adapter-http';
import PouchDB from 'pouchdb-core';
import type { Person } from './running-server.ts';

PouchDB.plugin(http);

export function stockPouch(url: string, person: Person): PouchDB.Database {
  return new PouchDB(url, { skip_setup: true, auth: { username: person.user, password: person.password } });
}
