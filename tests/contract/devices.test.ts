// Tablets, over the embedded server and behind the gateway.
import { describe } from 'vitest';
import { createGate } from '#lib/server/gate.ts';
import { TABLET_RULES } from '../../scripts/tablet-rules.ts';
import { devicesContract } from './devices.contract.ts';
import { openEmbedded } from './open-embedded.ts';
import { openGateway } from './open-gateway.ts';

const gate = () => createGate({ devices: TABLET_RULES });

describe('the embedded server', () => devicesContract(() => openEmbedded({ mount: '/db', gate: gate() })));

describe('a server behind the gateway', () => devicesContract(() => openGateway({ gate: gate() })));
