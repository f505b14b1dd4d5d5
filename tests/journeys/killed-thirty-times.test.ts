// The browser dies thirty times, as tablets' browsers do: in the first download, in the middle of a save, while the roster
// comes in and visits go up, with the camera open. Whatever the screen called saved is on the server at the end, once.
import { expect, type Page } from '@playwright/test';
import { newDocumentId } from '../../src/lib/domain/document-id.ts';
import { nextRevision } from '../../src/lib/protocol/revision.ts';
import {
  callDevice,
  householdsOn,
  keepDeviceInReach,
  savesNobodyAt,
  type DoorToKnock,
} from './device-in-page.ts';
import { fieldWorker, type FieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine, type Line } from './line.ts';
import { aPicture, photosOn, takes } from './photo-at-hand.ts';
import { photosKept, photosOnServer, type PhotoBytes } from './photos-there.ts';
import { startServer, type Person, type RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';
import type { Tablet } from './tablet.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { visitsOnServer, type VisitThere } from './visits-on-server.ts';
import { say } from './words.ts';

const GRID = '999999001001001';
/** With the camera twice each time, and with saving a second time while the work of it goes up or news come in. */
const KILLS = { downloading: 3, camera: 2, form: 3, saving: 10 };
/** So many visits of a colleague come in at once. */
const NEWS = 100;
/** Slow enough for each to take longer than the browser lives. */
const DOWNLOAD = { bytesPerSecond: 200_000, withinMs: 2_000 };
const EXCHANGE = { bytesPerSecond: 20_000, withinMs: 600 };
const WAIT_MS = 90_000;

interface Day {
  tablet: Tablet;
  line: Line;
  server: RunningServer;
  person: Person;
  /** What each save was named in its remark, before it was tried. */
  tried: Set<string>;
  /** Of those, what the tablet said was saved, and where, as far as it said. */
  told: Map<string, { visit: string; household: string } | undefined>;
  /** What the tablet called kept of the photos of each save, byte for byte. */
  photos: Map<string, PhotoBytes[]>;
  kills: number;
  /** The browser is being ended: what fails now fails for that. */
  dead: boolean;
}

/** Opens the browser anew, and she types her code, or signs in where the tablet does not know her yet. */
async function opens(day: Day): Promise<FieldWorker> {
  const { tablet, line, person } = day;
  day.dead = false;
  const page = await tablet.open();
  await keepDeviceInReach(page);
  const worker = fieldWorker(page);
  await page.goto(line.url, { timeout: WAIT_MS });
  const cover = page.getByRole('heading', { name: say('cover_title') });
  const somebodyElse = page.getByRole('button', { name: say('sign_in_other') });
  const name = page.getByLabel(say('sign_in_user'));
  await cover.or(somebodyElse).or(name).waitFor({ timeout: WAIT_MS });
  if (await cover.isVisible()) await worker.unlocks();
  else {
    if (await somebodyElse.isVisible()) await somebodyElse.click();
    await worker.entersPassword(person);
    await worker.choosesPin();
  }
  return worker;
}

async function opensToday(day: Day): Promise<FieldWorker> {
  const worker = await opens(day);
  const title = worker.page.getByRole('heading', { name: say('today_title'), exact: true });
  await expect(title).toBeVisible({ timeout: WAIT_MS });
  return worker;
}

/** Lets at most so much time pass, and ends the browser. */
async function dies(day: Day, moment: string, withinMs: number): Promise<void> {
  const afterMs = Math.round(Math.random() * withinMs);
  await test.step(`killed ${moment}, after ${afterMs} ms`, async () => {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    day.dead = true;
    await day.tablet.kill();
    day.kills++;
  });
}

/** One visit after the other until the browser dies, which it does some time after one was called saved. */
async function savesUntilItDies(day: Day, page: Page, doors: readonly DoorToKnock[]): Promise<void> {
  let isSaved = () => {};
  const oneIsSaved = new Promise<void>((resolve) => (isSaved = resolve));
  const saving = (async () => {
    for (let place = 0; ; place++) {
      const name = `save ${day.kills}-${place}`;
      const door = doors[(day.kills * 7 + place) % doors.length]!;
      day.tried.add(name);
      try {
        const visit = await savesNobodyAt(page, door, { remark: name });
        day.told.set(name, { visit, household: door.household });
        isSaved();
      } catch (error) {
        if (day.dead) return;
        throw error;
      }
    }
  })();
  const dying = oneIsSaved.then(() => dies(day, 'in the middle of a save', 400));
  await Promise.all([saving, Promise.race([dying, saving])]);
}

/** What the tablet itself has of a visit that is not on the server. */
async function whereIs(page: Page, [name, said]: [string, { visit: string; household: string } | undefined]) {
  if (!said) return name;
  const view = await callDevice(page, 'household', said.household);
  return { name, ...said, onTheTablet: view?.visits.find(({ visit }) => visit === said.visit) };
}

/** A colleague was busy: a hundred of his visits are new on the server. */
async function colleagueVisits({ server }: Day, colleague: Person): Promise<void> {
  const [pattern] = await visitsOnServer(server, colleague, GRID);
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  const events = stockPouch(`${server.url}/db/events-${GRID}-${year}`, colleague);
  const ids = {
    nowMs: Date.now,
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  };
  const { _rev, ...visit } = pattern!;
  const news = Array.from({ length: NEWS }, () => {
    const made = { ...visit, _id: newDocumentId('visit', ids) };
    return { ...made, _rev: nextRevision(undefined, made) };
  });
  // As a replication brings them: nothing else is taken from him. Only what is refused has a row.
  expect(await events.bulkDocs(news, { new_edits: false })).toEqual([]);
}

/** She signs in, and the roster does not come. Closed in good order, for Chromium to write the session's cookie down. */
async function signsInBefore(day: Day): Promise<void> {
  const { line, tablet } = day;
  line.only = (_method, path) => path.startsWith('/db/grid-');
  line.state = 'cut';
  const { page } = await opens(day);
  await expect(page.getByRole('heading', { name: say('download_title') })).toBeVisible({ timeout: WAIT_MS });
  await tablet.close();
  line.state = 'through';
  line.only = undefined;
}

interface Moment {
  /** Of the answers from that moment on. */
  bytesPerSecond: number;
  withinMs: number;
}

/** The browser is opened, and ends some time after such a request was made. */
async function opensAndDiesAt(
  day: Day,
  request: RegExp,
  { bytesPerSecond, withinMs }: Moment,
): Promise<void> {
  const { line } = day;
  const asked = new Promise<void>((resolve) => {
    line.heard = (_method, path) => {
      if (!request.test(path)) return;
      line.heard = undefined;
      line.bytesPerSecond = bytesPerSecond;
      resolve();
    };
  });
  await opens(day);
  await asked;
  await dies(day, `at ${request.source}`, withinMs);
  line.bytesPerSecond = undefined;
}

/** Each photo that the tablet called kept is on the server once, with the same bytes, and its visit names it. */
async function seesThePhotosOf({ server, person, photos }: Day, made: readonly VisitThere[]): Promise<void> {
  const visits = [...photos].map(([name, kept]) => {
    const visit = made.find(({ answers }) => answers.remark === name);
    return { name, kept, event: visit?._id, named: visit?.photos };
  });
  for (const { name, kept, named } of visits) expect(named, `named by the visit of ${name}`).toEqual(kept);
  const sent = visits.flatMap(({ kept, event }) => kept.map((photo) => ({ ...photo, event })));
  const there = await photosOnServer(server, person, GRID);
  const inOrder = (rows: readonly { photo: string }[]) =>
    rows.toSorted((a, b) => (a.photo < b.photo ? -1 : 1));
  expect(inOrder(there), 'the photos, byte for byte').toEqual(inOrder(sent));
}

/** To the last page of the form at a door of today, where it may have been cut short; with a remark that names it. */
async function fillsIn({ page, opensDoor }: FieldWorker, name: string): Promise<void> {
  await opensDoor(say('reason_ordinary'));
  await page.getByRole('link', { name: say('visit_start'), exact: true }).click();
  const form = visitForm(page);
  await form.opens();
  if (await page.getByRole('button', { name: say('form_next'), exact: true }).isVisible())
    await findsAllWell(form);
  await form.writes('备注', name);
}

// What is lost once in a while is lost: no second try.
test.describe.configure({ retries: 0 });

test('killed thirty times, the tablet has kept and sent whatever it called saved', async ({ newTablet }) => {
  test.setTimeout(720_000);
  const server = await startServer();
  const line = await openLine(server);
  const person = personOf(server, 'limin');
  const colleague = personOf(server, 'zhangjianhua');
  const day: Day = {
    tablet: newTablet(),
    line,
    server,
    person,
    tried: new Set(),
    told: new Map(),
    photos: new Map(),
    kills: 0,
    dead: true,
  };
  try {
    await signsInBefore(day);
    for (let kill = 0; kill < KILLS.downloading; kill++)
      await opensAndDiesAt(day, /^\/db\/grid-.*_changes/, DOWNLOAD);
    const first = await opensToday(day);
    await first.isReadyForOffline();
    const doors = await householdsOn(first.page);
    const picture = await aPicture(first.page);
    await day.tablet.close();

    for (let kill = 0; kill < KILLS.camera; kill++) {
      const name = `camera ${kill}`;
      day.tried.add(name);
      line.state = 'cut';
      const before = await opensToday(day);
      await fillsIn(before, name);
      await takes(before.page, picture);
      const kept = await photosKept(before.page);
      expect(kept).toHaveLength(1);
      day.photos.set(name, kept);
      const card = before.page.url().replace(/\/visit\/.*$/, '');
      const choosing = before.page.waitForEvent('filechooser');
      await before.page
        .locator('input[type=file][capture=environment]')
        .evaluate((input: HTMLInputElement) => input.click());
      await choosing;
      await dies(day, 'with the camera open', 200);

      const after = await opensToday(day);
      await after.page.goto(card);
      await after.unlocks();
      await after.resumesTheForm();
      await expect(photosOn(after.page)).toHaveCount(1);
      await visitForm(after.page).savesOnThisDevice();
      await visitForm(after.page).seesItSaved();
      day.told.set(name, undefined);
      line.state = 'through';
      await dies(day, 'right after 已存本机', 0);
    }

    for (let kill = 0; kill < KILLS.form; kill++) {
      const name = `form ${kill}`;
      day.tried.add(name);
      const worker = await opensToday(day);
      await fillsIn(worker, name);
      const saved = visitForm(worker.page)
        .seesItSaved(WAIT_MS)
        .then(
          () => day.told.set(name, undefined),
          () => undefined,
        );
      await visitForm(worker.page).savesOnThisDevice();
      await dies(day, 'after the tap on 存到本机', 300);
      await saved;
    }

    for (let kill = 0; kill < KILLS.saving; kill++) {
      // What is saved without the line is to go up afterwards; with it, only a colleague's visits are sure to come.
      const sends = kill % 2 === 0;
      line.state = sends ? 'cut' : 'through';
      const { page } = await opensToday(day);
      await savesUntilItDies(day, page, doors);
      line.state = 'through';
      await colleagueVisits(day, colleague);
      await opensAndDiesAt(day, sends ? /\/events-.*_bulk_docs/ : /\/events-.*_changes/, EXCHANGE);
    }
    expect(day.kills).toBe(30);

    const evening = await opensToday(day);
    await expect(evening.sentence).toContainText(say('state_all_safe'), { timeout: WAIT_MS });
    expect(await callDevice(evening.page, 'listWaiting')).toEqual([]);
    const made = await visitsOnServer(server, person, GRID);
    expect(made.filter(({ _conflicts }) => _conflicts)).toEqual([]);
    const remarks = made
      .map(({ answers }) => String(answers.remark ?? ''))
      .filter((remark) => day.tried.has(remark));
    expect(new Set(remarks).size, 'each is there once').toBe(remarks.length);
    const lost = [...day.told].filter(([name]) => !remarks.includes(name));
    expect(
      await Promise.all(lost.map((each) => whereIs(evening.page, each))),
      'saved, and not there',
    ).toEqual([]);
    await seesThePhotosOf(day, made);
  } finally {
    await line.close();
    await server.remove();
  }
});
