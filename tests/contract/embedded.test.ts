import { describe } from 'vitest';
import { everyContract } from './every-contract.ts';
import { openEmbedded } from './open-embedded.ts';

describe('the embedded server on LevelDB, mounted at /db', () => {
  everyContract(() => openEmbedded({ mount: '/db' }));
});
