// What a tablet and a stock replicator ask, held against the servers with their gate closed.
import { describe } from 'vitest';
import { createGate } from '#lib/server/gate.ts';
import { deviceCallsContract } from './device-calls.contract.ts';
import { openEmbedded } from './open-embedded.ts';
import { openGateway } from './open-gateway.ts';
import { type OpenServer } from './opened-server.ts';
import { provisioningCallsContract } from './provisioning-calls.contract.ts';
import { replicationContract } from './replication.contract.ts';
import { sessionContract } from './session.contract.ts';

function guardedContract(open: OpenServer): void {
  sessionContract(open);
  deviceCallsContract(open);
  replicationContract(open);
  provisioningCallsContract(open);
}

describe('the embedded server behind its gate', () => {
  guardedContract(() => openEmbedded({ mount: '/db', gate: createGate() }));
});

describe('a server behind the gateway, with sessions of the gateway', () => {
  guardedContract(() => openGateway({ gate: createGate() }));
});

describe('a server behind the gateway, with sessions of its own', () => {
  guardedContract(() => openGateway({ gate: createGate(), proxySecret: undefined }));
});
