// The server a contract is held against, opened before its tests and closed after them, with a database of its own.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { makeDatabase, type OpenedServer, type OpenServer, type TestDatabase } from './opened-server.ts';

/** Both are there from the first test on. */
export interface UnderTest {
  server: OpenedServer;
  database: TestDatabase;
}

/** Call inside `describe`. `one`: the same database for all its tests; `anew`: a new one for each of them. */
export function databaseUnderTest(open: OpenServer, databases: 'one' | 'anew'): UnderTest {
  const under = {} as UnderTest;
  const makesOne = async () => {
    under.database = await makeDatabase(under.server);
  };
  beforeAll(async () => {
    under.server = await open();
    if (databases === 'one') await makesOne();
  });
  if (databases === 'anew') {
    beforeEach(async () => {
      if (under.database) await under.database.drop();
      await makesOne();
    });
  }
  afterAll(async () => {
    await under.database?.drop();
    await under.server?.close();
  });
  return under;
}
