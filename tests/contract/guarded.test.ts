// What a tablet and a stock replicator ask, held against the servers with their gate closed.
import { describe } from 'vitest';
import { createGate } from '#lib/server/gate.ts';
import { deviceCallsContract } from './device-calls.contract.ts';
import { openEmbedded } from './open-embedded.ts';
import { provisioningCallsContract } from './provisioning-calls.contract.ts';
import { replicationContract } from './replication.contract.ts';
import { sessionContract } from './session.contract.ts';

describe('the embedded server behind its gate', () => {
  const open = () => openEmbedded({ mount: '/db', gate: createGate() });
  sessionContract(open);
  deviceCallsContract(open);
  replicationContract(open);
  provisioningCallsContract(open);
});
