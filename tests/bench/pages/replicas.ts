// The page of the benches that tell replicas what to do: starts a worker for each replica of ours by its name, and one
// for PouchDB, and passes on what is asked of them. It measures what a screen would wait for.
import { wrap } from 'comlink';
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';
import type { PouchAtWork } from './pouch-at-work.ts';
import type { ReplicaAtWork, RoundTold } from './replica-at-work.ts';

/** What one save writes: each action in its scope. */
export interface SaveWish {
  scope: string;
  actions: readonly (readonly DocumentBody[])[];
  /** From the end of a save to the next. */
  pauseMs: number;
}

const workers = new Map<string, unknown>();

function workerOf<T>(name: string, start: () => Worker): T {
  if (!workers.has(name)) workers.set(name, wrap(start()));
  return workers.get(name) as T;
}

const replicaOf = (name: string) =>
  workerOf<ReplicaAtWork>(
    `replica ${name}`,
    () => new Worker(new URL('./replica-worker.ts', import.meta.url), { type: 'module' }),
  );
const pouch = () =>
  workerOf<PouchAtWork>(
    'pouch',
    () => new Worker(new URL('./pouch-at-work-worker.ts', import.meta.url), { type: 'module' }),
  );

type Asked = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

/** Milliseconds of each save, from the call to its answer, until `ended` or everything is saved. */
async function saving(name: string, wish: SaveWish, ended: () => boolean): Promise<number[]> {
  const times: number[] = [];
  for (const bodies of wish.actions) {
    if (ended()) break;
    const started = performance.now();
    await replicaOf(name).save(wish.scope, bodies);
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, wish.pauseMs));
  }
  return times;
}

const page = {
  ask: (name: string, method: string, args: readonly unknown[]) =>
    (replicaOf(name) as unknown as Asked)[method]!(...args),
  askPouch: (method: string, args: readonly unknown[]) => (pouch() as unknown as Asked)[method]!(...args),
  save: (name: string, wish: SaveWish) => saving(name, wish, () => false),
  /** Saves for as long as a round runs; the first one once its rows come. */
  async saveWhilePulling(
    name: string,
    scopes: readonly string[],
    wish: SaveWish,
  ): Promise<{ round: RoundTold; times: number[] }> {
    let ended = false;
    const pulling = replicaOf(name)
      .round(scopes)
      .finally(() => (ended = true));
    const times = await saving(name, wish, () => ended);
    return { round: await pulling, times };
  },
};
export type ReplicasPage = typeof page;

declare global {
  interface Window {
    replicas: ReplicasPage;
  }
}
window.replicas = page;
