import memdown from 'memdown';
import { describe } from 'vitest';
import { type LevelEngine } from '#lib/server/level-engine.ts';
import { everyContract } from './every-contract.ts';
import { openEmbedded } from './open-embedded.ts';
import { pouchStorage } from './pouch-storage.ts';

describe('the same front over PouchDB in memory', () => {
  const engine = memdown as unknown as LevelEngine;
  everyContract(async () => {
    const server = await openEmbedded({ engine, openStorage: pouchStorage(engine) });
    return { ...server, hasFixedRevsLimit: true };
  });
});
