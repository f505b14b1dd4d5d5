// The main job, end to end: a visit made with no network reaches the server and a colleague's screen.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { startServer, type Person, type RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

/** Where the documents are in the end: behind the app's own `/db`, or behind that in a CouchDB of its own. */
interface House {
  server: RunningServer;
  /** Behind the server, where it is only a gateway. */
  couchdb?: RunningServer;
}

const embedded = async (): Promise<House> => ({ server: await startServer() });

/** The server as a gateway; `/db` of another embedded server is the CouchDB behind it. */
async function behindGateway(): Promise<House> {
  const couchdb = await startServer({ demo: false });
  const { administrator, url } = couchdb;
  return {
    server: await startServer({ demo: true, couchdb: { url: `${url}/db`, ...administrator } }),
    couchdb,
  };
}

/** The CouchDB somebody named in the environment; its demo stays there. */
async function behindNamedCouchdb(url: string): Promise<House> {
  const { COUCHDB_USER = 'admin', COUCHDB_PASSWORD = '' } = process.env;
  return {
    server: await startServer({
      demo: true,
      couchdb: { url, user: COUCHDB_USER, password: COUCHDB_PASSWORD },
    }),
  };
}

const houses: [string, () => Promise<House>][] = [
  ['the embedded server', embedded],
  ['a gateway before a CouchDB', behindGateway],
];
const { COUCHDB_URL: named } = process.env;
if (named) houses.push(['the CouchDB of COUCHDB_URL', () => behindNamedCouchdb(named)]);

for (const [name, build] of houses) {
  test.describe(`with ${name}`, () => {
    let house: House;
    test.beforeEach(async () => {
      house = await build();
    });
    test.afterEach(async () => {
      await house.server.remove();
      await house.couchdb?.remove();
    });

    test('a visit made without network outlives the browser, reaches the server and a colleague', async ({
      newTablet,
    }) => {
      const { server } = house;
      const limin = personOf(server, 'limin');
      const hers = newTablet();
      const morning = fieldWorker(await hers.open());
      await morning.signsIn(server.url, limin);
      await morning.isReadyForOffline();

      await test.step('the server is gone, and so is the network', async () => {
        await server.stop();
        await hers.goOffline();
      });
      const visits = async (which: string) => {
        await morning.opensToday();
        const door = await morning.opensDoor(which);
        await morning.startsVisit();
        const form = visitForm(morning.page);
        await findsAllWell(form);
        await form.savesOnThisDevice();
        await form.seesItSaved();
        await morning.page.getByRole('link', { name: say('saved_today'), exact: true }).click();
        return door;
      };
      const family = await visits(say('reason_ordinary'));
      const door = await visits(say('result_nobody'));
      await hers.close();

      const evening = fieldWorker(await hers.openOffline());
      await test.step('still offline she opens the browser at the household itself', async () => {
        await evening.page.goto(door.address);
        await evening.unlocks();
        await evening.standsBefore(door);
        await expect(evening.lastVisits.first()).toContainText(say('visit_waiting'));
        await expect(evening.sentence).toContainText(/已存本机 \d+ 条，待上传/);
      });

      await test.step('the server is back, and everything goes up by itself', async () => {
        await server.start();
        await hers.goOnline();
        await expect(evening.sentence).toContainText('全部上传 ✓', { timeout: 60_000 });
        await expect(evening.lastVisits.first()).not.toContainText(say('visit_waiting'));
        await expect(evening.sentence).not.toContainText(/待上传/);
      });

      const colleague = fieldWorker(await newTablet().open());
      await test.step('her colleague sees the visit on the card of the household', async () => {
        await colleague.signsIn(server.url, personOf(server, 'zhangjianhua'));
        await colleague.page.goto(door.address);
        await colleague.unlocks();
        await colleague.standsBefore(door);
        await expect(colleague.lastVisits.first()).toContainText(visitBy('form_f2', '李敏'));
        await colleague.page.goto(family.address);
        await colleague.unlocks();
        await colleague.standsBefore(family);
        await expect(colleague.lastVisits.first()).toContainText(visitBy('form_f1', '李敏'));
      });

      await test.step('and reads what was answered', async () => {
        const { page } = colleague;
        await colleague.lastVisits.first().click();
        await expect(page.getByRole('term').filter({ hasText: '走访结果' })).toBeVisible();
        await expect(page.getByRole('definition').filter({ hasText: '见到人' })).toBeVisible();
      });

      await test.step('a stock PouchDB reads the visit from the server', async () => {
        const visit = await newestVisit(server, limin);
        expect(visit).toMatchObject({ type: 'visit', form: 'f2', result: 'met', createdBy: 'limin' });
        expect(visit.household).toBe(decodeURIComponent(door.address.split('/').at(-1) ?? ''));
      });
    });
  });
}

/** A line of the card: which form, somebody was met, by whom. */
const visitBy = (form: string, name: string) => [say(form), say('result_met'), name].join(' ');

async function newestVisit(server: RunningServer, person: Person): Promise<Record<string, unknown>> {
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  const pouch = stockPouch(`${server.url}/db/events-999999001001001-${year}`, person);
  const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'visit:', endkey: 'visit;' });
  const visits = rows.flatMap(({ doc }) => (doc ? [doc as unknown as { endedAt: string }] : []));
  const newest = visits.sort((a, b) => a.endedAt.localeCompare(b.endedAt)).at(-1);
  if (!newest) throw new Error('there is no visit on the server');
  return { ...newest };
}
