// Puts the demo on an empty server: first the street, then its people and their visits. Revisions follow from the
// documents, so a load that was cut short is simply done again and nothing is there twice.
import { setTimeout } from 'node:timers/promises';
import type { IsoDate } from '#lib/domain/time.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import type { CouchClient } from '../couch-client.ts';
import { BATCH, couchAdministrator } from '../provision/couch-administrator.ts';
import { provisionStreet } from '../provision/provision-street.ts';
import { aCommunity, documentsByScope } from './a-community.ts';
import { demoDesk } from './demo-desk.ts';
import { DEMO_COMMUNITY, demoStreet, DEMO_WORKERS } from './demo-street.ts';

export interface DemoWish {
  seed: string;
  /** The day the demo was first made for. */
  today: IsoDate;
  households: number;
  /** Whether requests lie at its desk. */
  desk?: boolean | undefined;
  /** By user name. */
  passwords: Readonly<Record<string, string>>;
  /** User name of the server's administrator, author of the directory. */
  administrator: string;
  /** The instant at which the directory is written. */
  now: string;
  onProgress?: (stage: 'street' | 'documents', done: number, of: number) => void;
}

const HEARD_MS = 20;

/** Throws a `ProvisionError`. Answers how many documents the communities hold. */
export async function loadDemo(client: CouchClient, wish: DemoWish): Promise<{ documents: number }> {
  const { onProgress = () => undefined } = wish;
  const { seed, today, households } = wish;
  const community = aCommunity({ seed, today, households, grids: DEMO_WORKERS });
  // A large one took longer than the server keeps a connection: that it was closed is heard before the next request.
  await setTimeout(HEARD_MS);
  await provisionStreet(client, demoStreet(community, wish.passwords), {
    author: { person: wish.administrator, device: 'provision', now: wish.now },
    onProgress: (done, of) => onProgress('street', done, of),
  });
  const couch = couchAdministrator(client);
  const desk = wish.desk ? demoDesk(community, { seed, today, community: DEMO_COMMUNITY }) : [];
  const scopes: [string, object[]][] = [...documentsByScope(community), ...desk];
  const total = scopes.reduce((sum, [, documents]) => sum + documents.length, 0);
  let done = 0;
  for (const [scope, documents] of scopes) {
    for (let from = 0; from < documents.length; from += BATCH) {
      const batch = documents.slice(from, from + BATCH);
      await couch.putDocuments(scope, batch.map(asFirstRevision), false);
      onProgress('documents', (done += batch.length), total);
    }
  }
  return { documents: total };
}

/** The document as replication would bring it, of generation 1. */
function asFirstRevision<T extends object>(document: T) {
  const rev = nextRevision(undefined, document as Record<string, unknown>);
  return { ...document, _rev: rev, _revisions: { start: 1, ids: [rev.slice(2)] } };
}
