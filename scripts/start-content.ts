// What a server holds after it was started: on an empty one the demo, on one in use what its own directory says, brought
// up to this release and this year. Invariant: a server in use never gets the demo, nor anybody an account.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beijingDate } from '#lib/domain/time.ts';
import { fileInFolder, makeOrganisationKey, readOrganisationKey } from './admin/organisation-key.ts';
import type { CouchClient } from './couch-client.ts';
import { demoStaff } from './demo/demo-street.ts';
import { loadDemo } from './demo/load-demo.ts';
import { couchAdministrator } from './provision/couch-administrator.ts';
import { ProvisionError } from './provision/provision-error.ts';
import { provisionStreet, type Provisioned } from './provision/provision-street.ts';
import { readStreets } from './provision/read-streets.ts';
import type { StreetDescription } from './provision/street-description.ts';
import { newPassword, type DataFolder, type DemoRecord } from './start-data-folder.ts';
import { StartError } from './start-error.ts';

export interface FilledServer {
  /** Undefined where this server has no demo. */
  demo?: DemoRecord;
  /** What was put in now: everything, what a newer release or year needs, or nothing. */
  filled: 'demo' | 'brought-up-to-date' | 'nothing' | 'left-empty';
  /** To what tablets seal unsent work: the demo's, with all that opens it; somebody's own; none made yet. */
  organisationKey?: { file: string; passphrase: string } | 'own' | 'missing' | undefined;
}

export interface FillOptions {
  client: CouchClient;
  folder: DataFolder;
  administrator: string;
  /** Whether an empty server gets the demo, and of which size. */
  demo: DemoSize | undefined;
  now: () => string;
  onProgress: (stage: 'street' | 'documents', done: number, of: number) => void;
}

export async function fillServer(options: FillOptions): Promise<FilledServer> {
  const known = await options.folder.readDemo();
  const streets = await readStreets(options.client);
  if (streets === undefined && !options.demo && !known) return { filled: 'left-empty' };
  if (streets === undefined || (known && !known.loaded)) {
    const demo = await fillWithDemo(options, known);
    return { demo, filled: 'demo', organisationKey: await ensureKey(options, demo) };
  }
  const written = await bringUpToDate(streets, options);
  const organisationKey = await ensureKey(options, known);
  return {
    ...(known ? { demo: known } : {}),
    filled: written ? 'brought-up-to-date' : 'nothing',
    organisationKey,
  };
}

/** A demo has a key from the start; elsewhere an administrator makes one, and says under which passphrase. */
async function ensureKey(
  { client, folder, administrator, now }: FillOptions,
  demo: DemoRecord | undefined,
): Promise<FilledServer['organisationKey']> {
  const couch = couchAdministrator(client);
  const there = await readOrganisationKey(couch);
  const fileOf = (keyId: string) => path.join(folder.path, fileInFolder(undefined)(keyId));
  if (!demo) return there ? 'own' : 'missing';
  if (there) {
    const file = fileOf(there.keyId);
    return demo.keyPassphrase !== undefined && existsSync(file)
      ? { file, passphrase: demo.keyPassphrase }
      : 'own';
  }
  // Kept first: a key whose passphrase nobody knows opens nothing.
  const passphrase = demo.keyPassphrase ?? newPassword();
  await folder.writeDemo({ ...demo, keyPassphrase: passphrase });
  const author = { person: administrator, device: 'provision', now: now() };
  const { file } = await makeOrganisationKey({ couch, author, passphrase, fileOf });
  return { file, passphrase };
}

/** Goes on with a load that was cut short: same seed, same day, same passwords. */
async function fillWithDemo(options: FillOptions, begun: DemoRecord | undefined): Promise<DemoRecord> {
  const { client, folder, administrator, now, onProgress } = options;
  const demo = begun ?? newDemo(options.demo ?? DEFAULT_DEMO, now());
  await folder.writeDemo({ ...demo, loaded: false });
  await loadDemo(client, { ...demo, administrator, now: now(), onProgress });
  const loaded = { ...demo, loaded: true };
  await folder.writeDemo(loaded);
  return loaded;
}

export const DEFAULT_DEMO = { households: 600, seed: 'qiaomen' };

export interface DemoSize {
  households: number;
  seed: string;
  /** Whether requests lie at its desk. */
  desk?: boolean;
}

function newDemo({ households, seed, desk = false }: DemoSize, now: string): DemoRecord {
  const people = demoStaff({}).filter(({ role }) => role !== 'administrator');
  const passwords = Object.fromEntries(people.map(({ user }) => [user, newPassword()]));
  return { seed, households, desk, today: beijingDate(now), passwords, loaded: false };
}

/** Databases of a new year, newer write rules and code sets. True where anything was written. */
export async function bringUpToDate(
  streets: readonly StreetDescription[],
  { client, administrator, now }: Pick<FillOptions, 'client' | 'administrator' | 'now'>,
): Promise<boolean> {
  let written = 0;
  for (const street of streets) {
    const author = { person: administrator, device: 'provision', now: now() };
    written += countOf(await provisionStreet(client, street, { author }));
  }
  return written > 0;
}

const countOf = (written: Provisioned) => Object.values(written).reduce((sum, count) => sum + count, 0);

/** A `ProvisionError` in the words of a start; anything else as it is. */
export function startErrorOf(fault: unknown, couchdb?: { url: string; user: string }): unknown {
  if (!(fault instanceof ProvisionError)) return fault;
  if (!couchdb) return new StartError({ kind: 'provisioning', reason: fault.message });
  switch (fault.kind) {
    case 'unreachable':
      return new StartError({ kind: 'couchdb-unreachable', url: couchdb.url, reason: fault.message });
    case 'credentials':
      return new StartError({ kind: 'couchdb-credentials', url: couchdb.url, user: couchdb.user });
    case 'not-couchdb':
      return new StartError({ kind: 'not-couchdb', url: couchdb.url });
    default:
      return new StartError({ kind: 'provisioning', reason: fault.message });
  }
}
