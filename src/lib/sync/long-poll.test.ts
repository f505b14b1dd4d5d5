import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realClock } from '#lib/device/real-clock.ts';
import { openEmbedded } from '#tests/contract/open-embedded.ts';
import { makeDatabase, type OpenedServer } from '#tests/contract/opened-server.ts';
import { faultyRemote, type Mishap } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { httpRemote } from './http-remote.ts';
import { startLongPoll } from './long-poll.ts';

describe('a long poll of the embedded server', () => {
  let server: OpenedServer;
  beforeAll(async () => void (server = await openEmbedded()));
  afterAll(() => server.close());

  /** A remote of a database of its own, and how many requests are under way. */
  async function aRemote() {
    const database = await makeDatabase(server);
    const authorization = `Basic ${btoa(`${server.admin.name}:${server.admin.password}`)}`;
    let underWay = 0;
    const remote = httpRemote({
      url: database.url,
      clock: realClock,
      fetch: (url, init) => {
        underWay++;
        const headers = { ...(init.headers as Record<string, string>), authorization };
        return fetch(url, { ...init, headers }).finally(() => underWay--);
      },
    });
    return { database, remote, underWay: () => underWay };
  }

  it('says at once that something came, once, and asks no more', async () => {
    const { database, remote, underWay } = await aRemote();
    const onNews = vi.fn();
    startLongPoll({ remote, clock: realClock, chance: () => 0.5, onNews }, 0);
    await vi.waitFor(() => expect(underWay()).toBe(1), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(onNews).not.toHaveBeenCalled();
    await database.put('notice:1', { type: 'notice' });
    await vi.waitFor(() => expect(onNews).toHaveBeenCalledOnce(), 30_000);
    await database.put('notice:2', { type: 'notice' });
    expect(underWay()).toBe(0);
    expect(onNews).toHaveBeenCalledOnce();
  });

  it('stopped lets go of its request, and says nothing any more', async () => {
    const { database, remote, underWay } = await aRemote();
    const onNews = vi.fn();
    const poll = startLongPoll({ remote, clock: realClock, chance: () => 0.5, onNews }, 0);
    await vi.waitFor(() => expect(underWay()).toBe(1), 30_000);
    poll.stop();
    await vi.waitFor(() => expect(underWay()).toBe(0), 30_000);
    await database.put('notice:1', { type: 'notice' });
    expect(onNews).not.toHaveBeenCalled();
  });
});

describe('a long poll on a bad line', () => {
  function aPoll(mishap: Mishap | undefined) {
    const clock = aToldClock();
    const remote = faultyRemote(pouchRemote(aPouchServer()), () => mishap);
    const poll = startLongPoll({ remote, clock, chance: () => 0.5, onNews: () => undefined }, 0);
    return { clock, remote, poll };
  }

  it('asks later and later', async () => {
    const { clock, remote, poll } = aPoll('lost');
    await clock.advance(31_000);
    expect(remote.asked).toHaveLength(5);
    poll.stop();
    await clock.advance(60_000);
    expect(remote.asked).toHaveLength(5);
  });

  it('of a server that answers at once with nothing asks once a second', async () => {
    const { clock, remote, poll } = aPoll(undefined);
    await clock.advance(5500);
    expect(remote.asked.length).toBeLessThanOrEqual(6);
    poll.stop();
  });

  it('does not ask a server again that will not have us', async () => {
    const { clock, remote } = aPoll({ outcome: 'fault', kind: 'forbidden', status: 403 });
    await clock.advance(600_000);
    expect(remote.asked).toHaveLength(1);
  });
});
