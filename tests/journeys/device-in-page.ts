// The device of an open page, spoken to as its own screens speak to it: the very worker that holds store and sync, by the
// same wire (comlink). For a journey that needs fifty visits and not fifty forms. Invariant: nothing is answered for the
// device here; what it refuses to a screen it refuses to a journey.
import type { JSHandle, Page } from '@playwright/test';
import type { PhotoRead } from '../../src/lib/device/photo-state.ts';
import type { DeviceWorker } from '../../src/lib/device/worker-contract.ts';
import type { BuildingRow } from '../../src/lib/domain/field-views.ts';

declare global {
  interface Window {
    deviceWorker?: Worker;
  }
}

/** From now on pages of this tab can be asked. Before the page is opened. */
export async function keepDeviceInReach(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.Worker = new Proxy(window.Worker, {
      construct(Plain, given: [string | URL, WorkerOptions?]) {
        const worker = new Plain(...given);
        if (given[1]?.name === 'device') window.deviceWorker = worker;
        return worker;
      },
    });
  });
}

/** What takes and answers plain data. */
type Callable =
  'buildings' | 'matrix' | 'household' | 'startVisit' | 'saveVisit' | 'listWaiting' | 'uploadNow';

/** Calls the device and waits for its answer; rejects where the device threw. */
export function callDevice<Name extends Callable>(
  page: Page,
  name: Name,
  ...given: Parameters<DeviceWorker[Name]>
): Promise<Awaited<ReturnType<DeviceWorker[Name]>>> {
  return page.evaluate(askWorker, { name, given: given as unknown[] });
}

/** The bytes of a photo that stands on this tablet; rejects where it does not. */
export async function photoOnTablet(page: Page, photo: string): Promise<Buffer> {
  const answer: JSHandle<PhotoRead> = await page.evaluateHandle(askWorker, {
    name: 'readPhoto',
    given: [{ photo }],
  });
  const bytes = await answer.evaluate(async (read) => {
    if (read.outcome !== 'here') throw new Error(`the photo is ${read.outcome}`);
    return [...new Uint8Array(await read.picture.arrayBuffer())];
  });
  return Buffer.from(bytes);
}

/** Runs in the page. */
function askWorker({ name, given }: { name: string; given: unknown[] }): Promise<never> {
  const worker = window.deviceWorker;
  if (!worker) throw new Error('this page has no device yet');
  const id = crypto.randomUUID();
  return new Promise<never>((resolve, reject) => {
    const hear = ({ data }: MessageEvent) => {
      if (data?.id !== id) return;
      worker.removeEventListener('message', hear);
      if (data.type === 'RAW') resolve(data.value as never);
      else reject(new Error(`${name}: ${JSON.stringify(data.value)}`));
    };
    worker.addEventListener('message', hear);
    const argumentList = given.map((value) => ({ type: 'RAW', value }));
    worker.postMessage({ id, type: 'APPLY', path: [name], argumentList });
  });
}

/** Every inhabited household of this tablet with the form its next visit asks for, by building, unit and floor. */
export async function householdsOn(page: Page): Promise<DoorToKnock[]> {
  const doors: DoorToKnock[] = [];
  const buildings: BuildingRow[] = await callDevice(page, 'buildings');
  for (const { building, units } of buildings)
    for (const { number } of units) {
      const matrix = await callDevice(page, 'matrix', building, number);
      const cells = matrix?.floors.flatMap((floor) => floor.cells) ?? [];
      for (const { household, visit } of cells.flatMap(({ households }) => households))
        doors.push({ household, form: visit.form, ...(visit.resident && { resident: visit.resident }) });
    }
  return doors;
}

export interface DoorToKnock {
  household: string;
  form: 'f1' | 'f2';
  /** F2: whom it is about. */
  resident?: string;
}

/** Nobody opened there: saved on the tablet, as the form would save it. Answers the visit's id. */
export async function savesNobodyAt(
  page: Page,
  door: DoorToKnock,
  more: Record<string, string> = {},
): Promise<string> {
  const now = Date.now();
  const again = new Date(now + 20 * 3_600_000).toISOString();
  const answers =
    door.form === 'f1'
      ? { result: 'nobody', retryAt: beijingDay(now + 24 * 3_600_000), mode: 'door', by: 'self' }
      : {
          knock: 'noAnswer',
          result: 'nobody',
          tried: ['phone', 'neighbour'],
          nextCheck: again,
          mode: 'door',
          by: 'self',
        };
  const saved = await callDevice(page, 'saveVisit', {
    ...door,
    formVersion: '1',
    answers: { ...answers, occurredAt: new Date(now).toISOString(), ...more },
    startedAt: new Date(now).toISOString(),
  });
  if (saved.outcome !== 'saved') throw new Error(`not saved: ${JSON.stringify(saved)}`);
  return saved.visit;
}

const beijingDay = (atMs: number) => new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
