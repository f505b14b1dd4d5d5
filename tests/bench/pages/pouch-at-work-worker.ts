// The worker of a `PouchAtWork`, on the adapter that keeps PouchDB fastest here.
import { expose } from 'comlink';
import { loadedPouch } from './loaded-pouch.ts';
import type { PouchAtWork } from './pouch-at-work.ts';

let pairs: { local: PouchDB.Database; remote: PouchDB.Database }[] = [];

const pouch: PouchAtWork = {
  async open(scopes) {
    const PouchDB = await loadedPouch();
    for (const { local } of pairs) await local.close();
    pairs = scopes.map((scope) => ({
      local: new PouchDB(`pouch-${scope}`, { adapter: 'indexeddb' }),
      remote: new PouchDB(new URL(`/db/${scope}`, location.origin).href, { skip_setup: true }),
    }));
  },
  async replicate(batchSize) {
    let written = 0;
    for (const { local, remote } of pairs) {
      const result = await local.replicate.from(remote, { batch_size: batchSize });
      if (!result.ok || result.doc_write_failures > 0) throw new Error(JSON.stringify(result));
      written += result.docs_written;
    }
    return written;
  },
  async held() {
    const counts = await Promise.all(pairs.map(({ local }) => local.info()));
    return counts.reduce((sum, { doc_count: count }) => sum + count, 0);
  },
};

expose(pouch);
