import { describe } from 'vitest';
import { everyContract } from './every-contract.ts';
import { openGateway } from './open-gateway.ts';

describe('the gateway in front of a second server', () => {
  everyContract(() => openGateway());
});
