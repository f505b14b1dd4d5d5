// The contract held against the server at COUCHDB_URL; vitest.config.ts leaves this file out where there is none.
import { describe } from 'vitest';
import { everyContract } from './every-contract.ts';
import { ask } from './opened-server.ts';

const { COUCHDB_URL = '', COUCHDB_USER = 'admin', COUCHDB_PASSWORD = '' } = process.env;

describe(`the CouchDB at COUCHDB_URL`, () => {
  everyContract(async () => {
    const url = COUCHDB_URL.replace(/\/+$/, '');
    const admin = { name: COUCHDB_USER, password: COUCHDB_PASSWORD };
    const { json } = await ask(`${url}/_users/_security`, { as: admin });
    const members: string[] = json.members?.roles ?? [];
    const ownUserDocuments = members.length === 0;
    return { url, admin, ownUserDocuments, isCluster: true, close: () => Promise.resolve() };
  });
});
