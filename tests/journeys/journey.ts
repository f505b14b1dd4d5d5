// What every journey has at hand: a server of the demo, shared by those that leave it running, and tablets that are put
// away at the end. Invariant: a journey in which a page reported a fault has failed, whatever it saw.
import { expect, test as base } from '@playwright/test';
import { startServer, type Person, type RunningServer } from './running-server.ts';
import { aTablet, type Tablet, type TabletOptions } from './tablet.ts';

interface Shared {
  /** Left running by every journey that takes it; another's visits may be on it. */
  server: RunningServer;
}

interface Own {
  /** A new tablet, never used by anybody. */
  newTablet: (options?: TabletOptions) => Tablet;
}

export const test = base.extend<Own, Shared>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.remove();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  newTablet: async ({}, use) => {
    const tablets: Tablet[] = [];
    await use((options) => {
      const tablet = aTablet(options);
      tablets.push(tablet);
      return tablet;
    });
    const faults = tablets.flatMap((tablet) => tablet.faults);
    for (const tablet of tablets) await tablet.remove();
    expect(faults, 'faults that pages reported').toEqual([]);
  },
});

export function personOf(server: RunningServer, user: string): Person {
  const person = server.people.get(user);
  if (!person) throw new Error(`the server named no ${user} when it started`);
  return person;
}
