import { afterAll, beforeAll, describe } from 'vitest';
import { realClock as clock } from '#lib/device/real-clock.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { openEmbedded } from '#tests/contract/open-embedded.ts';
import { makeDatabase, type OpenedServer } from '#tests/contract/opened-server.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { diceOf } from './dice.ts';
import { lineOf } from './line.ts';
import { newModelServer } from './model-server.ts';
import { remoteContract } from './remote.contract.ts';
import { newVirtualTime } from './virtual-time.ts';

describe('PouchDB in memory', () => {
  remoteContract(async () => pouchRemote(aPouchServer()));
});

describe('the embedded server', () => {
  const opened: { server?: OpenedServer } = {};
  beforeAll(async () => void (opened.server = await openEmbedded()));
  afterAll(() => opened.server?.close());
  remoteContract(async () => {
    const server = opened.server!;
    const { url } = await makeDatabase(server, 'remote');
    const { name, password } = server.admin;
    const Authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    const signed = (to: string, init: RequestInit) =>
      fetch(to, { ...init, headers: { ...(init.headers as Record<string, string>), Authorization } });
    return httpRemote({ url, fetch: signed, clock });
  });
});

describe.each([
  { shards: 1, pageRows: 1000, ancestorsArePresent: true },
  { shards: 3, pageRows: 2, ancestorsArePresent: false },
])('the model server ($shards shards)', (traits) => {
  remoteContract(async () => {
    const server = newModelServer(traits, () => undefined);
    server.make('remote');
    server.roles.set('alice', new Set(['remote']));
    const dice = diceOf('remote');
    const time = newVirtualTime(() => undefined);
    const fetch = lineOf({
      time,
      agent: { name: 'alice', dead: false, frozen: false },
      dice,
      rates: () => ({}),
      isUp: () => true,
      serve: ({ method, database, path, body }) =>
        server.handle(
          { method, database, path, body, person: 'alice' },
          { dice, sequenceFormat: 0, repeats: 0 },
        ),
      leaves: () => undefined,
      lifeOf: () => 1,
      endSession: () => undefined,
      tell: () => undefined,
    });
    const hurried: typeof fetch = async (url, init) => {
      const answer = fetch(url, init);
      await time.pass(1000);
      return answer;
    };
    return httpRemote({ url: 'https://server/remote', fetch: hurried, clock });
  });
});
