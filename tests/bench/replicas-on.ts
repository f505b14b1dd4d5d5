// What a bench asks of the replicas in a page of its own, from here.
import type { Page } from '@playwright/test';
import { openSignedIn } from './open-signed-in.ts';
import type { PouchAtWork } from './pages/pouch-at-work.ts';
import type { ReplicaAtWork } from './pages/replica-at-work.ts';

/** The page with the replicas, from the bench's server or a line to it. */
export function openReplicas(page: Page, { origin }: { origin: string }): Promise<Page> {
  return openSignedIn(page, `${origin}/replicas.html`);
}

/** A replica of ours in this page, in its own worker; begun with the first call. */
export function replicaOn(page: Page, name: string): ReplicaAtWork {
  const ask =
    <Method extends keyof ReplicaAtWork>(method: Method) =>
    (...args: Parameters<ReplicaAtWork[Method]>) =>
      page.evaluate(([name, method, args]) => window.replicas.ask(name, method, args), [
        name,
        method,
        args,
      ] as const) as ReturnType<ReplicaAtWork[Method]>;
  return {
    open: ask('open'),
    beginSession: ask('beginSession'),
    round: ask('round'),
    save: ask('save'),
    listIds: ask('listIds'),
    held: ask('held'),
    waiting: ask('waiting'),
  };
}

/** PouchDB in this page, in its own worker. */
export function pouchOn(page: Page): PouchAtWork {
  const ask =
    <Method extends keyof PouchAtWork>(method: Method) =>
    (...args: Parameters<PouchAtWork[Method]>) =>
      page.evaluate(([method, args]) => window.replicas.askPouch(method, args), [
        method,
        args,
      ] as const) as ReturnType<PouchAtWork[Method]>;
  return { open: ask('open'), replicate: ask('replicate'), held: ask('held') };
}
