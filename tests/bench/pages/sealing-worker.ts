// Writes people into a store of the product slice by slice, as a download does, closes it, opens it anew and reads them all.
import { opaqueReferenceOf } from '../../../src/lib/domain/opaque-reference.ts';
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';
import { nextRevision } from '../../../src/lib/protocol/revision.ts';
import { forUse, newDataKey } from '../../../src/lib/storage/keys.ts';
import { openStore } from '../../../src/lib/storage/open-store.ts';
import { aesGcmCipher, type Cipher } from '../../../src/lib/storage/sealing.ts';
import type { StoreRun, StoreWish } from './stored-people.ts';

const SCOPE = 'grid-999999001001001';
/** As pull stores them (sync.md 5.3). */
const SLICE = 100;

/** Everything the store does but the encryption. */
const inTheClear: Cipher = {
  seal: (plain) => Promise.resolve(plain),
  unseal: (sealed) => Promise.resolve(sealed as Uint8Array<ArrayBuffer>),
};

async function run({ name, people, isSealed }: StoreWish): Promise<StoreRun> {
  const cipher = isSealed ? aesGcmCipher(await forUse(crypto, await newDataKey(crypto))) : inTheClear;
  const open = () =>
    openStore({
      name,
      cipher,
      referenceOf: opaqueReferenceOf,
      nowMs: () => Date.now(),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    });
  const rows = people.map(pulled);
  const written = await open();
  const turn = await written.beginTurn();
  const started = performance.now();
  for (let from = 0; from < rows.length; from += SLICE) {
    const slice = rows.slice(from, from + SLICE);
    await turn.storePulled(await turn.preparePulled(SCOPE, slice, true), {
      since: String(from + slice.length),
    });
  }
  const writeMs = performance.now() - started;
  written.close();
  const store = await open();
  const reading = performance.now();
  const { documents } = await store.listByType(SCOPE, 'resident');
  const readMs = performance.now() - reading;
  store.close();
  return { writeMs, readMs, read: documents.filter(({ body }) => typeof body.name === 'string').length };
}

function pulled(body: DocumentBody) {
  const rev = nextRevision(undefined, body);
  return { id: String(body._id), rev, deleted: false, body, path: [rev], conflicts: [] };
}

addEventListener('message', (event: MessageEvent<StoreWish>) => {
  run(event.data)
    .catch((error: unknown) => ({ failed: String((error as Error).stack ?? error) }))
    .then((answer) => postMessage(answer));
});
