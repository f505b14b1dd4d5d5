// Takes the bodies of earlier revisions away, database by database, and waits until each is through: what a document said
// before must not be read by its old revision, nor from the disk. Source: Apache CouchDB 3.5, "/{db}/_compact".
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';

const LOOK_EVERY_MS = 100;
const okSchema = z.looseObject({ ok: z.literal(true) });
const infoSchema = z.looseObject({ compact_running: z.boolean().optional() });

/** Answers those that were not through in time: they go on by themselves. Throws a `ProvisionError`. */
export async function compactDatabases(
  client: CouchClient,
  databases: readonly string[],
  waitMs: number,
): Promise<string[]> {
  const late: string[] = [];
  const until = Date.now() + waitMs;
  for (const database of databases) {
    const at = `/${inUrl(database)}`;
    // One that was under way when she went may have passed her by.
    if (!(await isThrough(client, at, until))) late.push(database);
    else {
      const begun = await askCouch(client, `${at}/_compact`, { as: okSchema, body: {} });
      if (!begun) throw new ProvisionError('refused', `${database} is gone`);
      if (!(await isThrough(client, at, until))) late.push(database);
    }
  }
  return late;
}

async function isThrough(client: CouchClient, at: string, until: number): Promise<boolean> {
  for (;;) {
    const info = await askCouch(client, at, { as: infoSchema });
    if (!info?.compact_running) return true;
    if (Date.now() > until) return false;
    await wait(LOOK_EVERY_MS);
  }
}
