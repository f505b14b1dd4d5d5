import { describe, it } from 'vitest';
import { everyContract } from './every-contract.ts';

const { COUCHDB_URL, COUCHDB_USER = 'admin', COUCHDB_PASSWORD = '' } = process.env;

if (COUCHDB_URL) {
  describe(`the CouchDB at COUCHDB_URL`, () => {
    everyContract(() =>
      Promise.resolve({
        url: COUCHDB_URL.replace(/\/+$/, ''),
        admin: { name: COUCHDB_USER, password: COUCHDB_PASSWORD },
        close: () => Promise.resolve(),
      }),
    );
  });
} else {
  it.skip('an Apache CouchDB keeps the contract: set COUCHDB_URL, COUCHDB_USER and COUCHDB_PASSWORD', () =>
    undefined);
}
