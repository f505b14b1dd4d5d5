// The peer: PouchDB's own replication into its own store, in a worker as our replica is.
import { contestant } from './contest.ts';
import { loadedPouch } from './loaded-pouch.ts';

contestant(async (wish) => {
  const PouchDB = await loadedPouch();
  const started = performance.now();
  const local = new PouchDB('pouch', { adapter: wish.adapter });
  const remote = new PouchDB(new URL(wish.url, location.origin).href, { skip_setup: true });
  const result = await local.replicate.from(remote, { batch_size: wish.batchSize });
  const ms = performance.now() - started;
  if (!result.ok || result.doc_write_failures > 0) return { failed: JSON.stringify(result) };
  const { doc_count: held } = await local.info();
  return { ms, held };
});
