// The photos of a form as the tablet has them once it called them kept, and the photos a server holds, read by a stock
// PouchDB. Invariant: every digest is reckoned here from the bytes; nobody's word is taken for it.
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { photosAnswered } from '../../src/lib/domain/photo-answer.ts';
import { answersSchema } from '../../src/lib/domain/visit.ts';
import { callDevice, photoOnTablet } from './device-in-page.ts';
import type { Person, RunningServer } from './running-server.ts';
import { stockPouch } from './stock-pouch.ts';

/** As a visit names it: `md5-` and the MD5 of its bytes in base64. */
export interface PhotoBytes {
  photo: string;
  digest: string;
}

const digestOf = (bytes: Buffer) => `md5-${createHash('md5').update(bytes).digest('base64')}`;

/** Of the unfinished form that is open. */
export async function photosKept(page: Page): Promise<PhotoBytes[]> {
  const { pathname, searchParams } = new URL(page.url());
  const [, household, form] = /^\/households\/([^/]+)\/visit\/(f1|f2)$/.exec(pathname) ?? [];
  if (household === undefined) throw new Error(`no form is open at ${pathname}`);
  const resident = searchParams.get('resident');
  const key = { household: decodeURIComponent(household), form: form === 'f2' ? 'f2' : 'f1' } as const;
  const start = await callDevice(page, 'startVisit', { ...key, ...(resident && { resident }) });
  const draft = start?.draft?.value as { values?: unknown } | undefined;
  const values = answersSchema.parse(draft?.values ?? start?.prefill);
  const photos = photosAnswered(values);
  return Promise.all(
    photos.map(async (photo) => ({ photo, digest: digestOf(await photoOnTablet(page, photo)) })),
  );
}

/** Of one grid (15 digits), each with the visit it says it is of. */
export async function photosOnServer(
  server: Pick<RunningServer, 'url'>,
  person: Person,
  grid: string,
): Promise<(PhotoBytes & { event: string })[]> {
  const pouch = stockPouch(`${server.url}/db/photos-${grid}`, person);
  const { rows } = await pouch.allDocs({ include_docs: true, startkey: 'photo:', endkey: 'photo;' });
  return Promise.all(
    rows.map(async ({ id, doc }) => ({
      photo: id,
      digest: digestOf((await pouch.getAttachment(id, 'photo.jpg')) as Buffer),
      event: (doc as unknown as { event: string }).event,
    })),
  );
}
