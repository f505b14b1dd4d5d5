// A shift going up to the embedded server, until each document and each photo is confirmed, against bare requests with
// the same bytes. What is uploaded is what waits in a sealed replica; what is posted was made ready before.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { benchDocuments, type BenchDocument } from '../fixtures/bench-documents.ts';
import { postBare, bulkDocsBody, putPhotosBare } from './bare-uploads.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { asked, BENCH_WISH, startBenchServer, type BenchServer } from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import type { RoundTold } from './pages/replica-at-work.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';
import { alternating, median } from './statistics.ts';

const sizes = {
  full: { documents: 200, rounds: 15, photos: 60, roundsWithPhotos: 5 },
  smoke: { documents: 24, rounds: 2, photos: 3, roundsWithPhotos: 1 },
};
/** A visit and what it changes. */
const PER_ACTION = 2;
const PHOTO_BYTES = 200_000;

export const shiftUpload: Bench = {
  name: 'shift-upload',
  says: 'the upload of a shift, two hundred documents and sixty photos, against bare requests with the same bytes',
  sizes,
  async run(size): Promise<Measured[]> {
    const { documents: count, photos, rounds, roundsWithPhotos } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await openReplicas(await browser.newPage(), server);
      const shift = newShifts({ page, server }, benchDocuments({ ...BENCH_WISH, count }));
      const documentsAlone = await alternating(
        { ours: async () => (await shift.ours(0)).confirmedMs!, bare: () => shift.bare(0) },
        rounds,
      );
      const withPhotos = await alternating(
        { ours: async () => (await shift.ours(photos)).ms, bare: () => shift.bare(photos) },
        roundsWithPhotos,
      );
      return figuresOf({ documentsAlone, withPhotos }, { count, photos });
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

type Times = Record<'ours' | 'bare', number[]>;

function figuresOf(
  { documentsAlone, withPhotos }: { documentsAlone: Times; withPhotos: Times },
  { count, photos }: { count: number; photos: number },
): Measured[] {
  const figure = (name: string, times: Times, reference: string) =>
    measured(
      { name, value: median(times.ours), unit: 'ms', reference, referenceValue: median(times.bare) },
      { ratioAtMost: 2 },
    );
  return [
    figure(
      `upload of a shift, ${count} documents, from the begin of the round until all are confirmed by _revs_diff`,
      documentsAlone,
      'one POST of the same bytes to _bulk_docs from the page, its answer read',
    ),
    figure(
      `upload of a shift, ${count} documents and ${photos} photos of ${PHOTO_BYTES / 1_000} kB, the whole round with its pull`,
      withPhotos,
      'one POST of the documents, then one PUT for each photo, from the page, their answers read',
    ),
  ];
}

interface Shifts {
  /** One shift from a new replica to new databases. */
  ours(photos: number): Promise<RoundTold>;
  bare(photos: number): Promise<number>;
}

function newShifts(
  { page, server }: { page: Page; server: BenchServer },
  documents: readonly BenchDocument[],
): Shifts {
  let made = 0;
  const newDatabases = async () => {
    const name = `shift-${made++}`;
    await asked(server.couch, 'PUT', `/${name}`);
    await asked(server.couch, 'PUT', `/photos-${name}`);
    return name;
  };
  const idOf = (at: number) => `photo:${String(at).padStart(26, '0')}`;
  return {
    async ours(photos) {
      const scope = await newDatabases();
      const replica = replicaOn(page, 'ours');
      await replica.open(scope);
      await replica.beginSession();
      for (let at = 0; at * PER_ACTION < documents.length; at++) {
        const action = documents.slice(at * PER_ACTION, (at + 1) * PER_ACTION);
        const ids = at < photos ? [idOf(at)] : [];
        await replica.save(scope, action, { scope: `photos-${scope}`, ids, sizeBytes: PHOTO_BYTES });
      }
      const round = await replica.round([scope]);
      const isWhole = round.sent === documents.length && round.photosSent === photos;
      if (!round.complete || !isWhole || round.confirmedMs === undefined)
        throw new Error(`the upload: ${JSON.stringify(round)}`);
      return round;
    },
    async bare(photos) {
      const database = await newDatabases();
      const ids = Array.from({ length: photos }, (_, at) => idOf(at));
      const posted = await postBare(page, database, bulkDocsBody(documents));
      return posted + (await putPhotosBare(page, `photos-${database}`, { ids, sizeBytes: PHOTO_BYTES }));
    },
  };
}
