import { describe, expect, it } from 'vitest';
import { createGate } from '#lib/server/gate.ts';
import { SCOPE_RULES } from '../../scripts/scope-rules.ts';
import { openEmbedded } from '../contract/open-embedded.ts';
import { openGateway, PROXY_SECRET } from '../contract/open-gateway.ts';
import { type OpenServer } from '../contract/opened-server.ts';
import { openStreet } from './access-street.ts';
import { A, A1, B, B1, SCOPES } from './access-table.ts';
import { findLive } from './live-access.ts';
import { runMatrix } from './run-matrix.ts';

const gate = () => createGate({ scopes: SCOPE_RULES });
/** One of each kind, and the others' of it. */
const KINDS = [
  'directory',
  ...[`community-${A}`, `grid-${A1}`, `events-${A1}-2026`, `care-${A1}`, 'own-worker', `audit-${A}`],
  ...[`grid-${B1}`, 'own-neighbour', `audit-${B}`],
];

const servers: [string, OpenServer, string[]][] = [
  ['the embedded server', () => openEmbedded({ gate: gate() }), Object.keys(SCOPES)],
  ['a server behind the gateway, by sessions of the gateway', () => openGateway({ gate: gate() }), KINDS],
];

describe.each(servers)('who asks %s', (_name, open, names) => {
  it('gets what the table says, at every path, and nothing else', async () => {
    const server = await open();
    const street = await openStreet(server, names);
    const { asked, findings } = await runMatrix(street);
    expect(findings).toEqual([]);
    expect(asked).toBeGreaterThan(names.length * 200);
    expect(await findLive(street, PROXY_SECRET)).toEqual([]);
    await server.close();
  });
});
