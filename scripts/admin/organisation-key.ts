// The organisation's key on the server: its public half is a document of the directory, its private half a file.
// Invariant: a public key is published only after its private half is on the disk, sealed; else work would be sealed for nobody.
import { headOf, changedBy, type Author } from '#lib/domain/document-head.ts';
import { ORGANISATION_KEY, type OrganisationKey } from '#lib/domain/organisation-key.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { CouchAdministrator } from '../provision/couch-administrator.ts';
import { systemChance } from '../system-chance.ts';
import { AdminError, type AdminCall } from './admin-command.ts';
import { keyWords as words } from './key-words.ts';
import {
  LEAST_PASSPHRASE,
  newOrganisationKeys,
  checkPrivateKey,
  writePrivateKey,
} from './private-key-file.ts';

/** The document with its revision; undefined where there is none, or one this build cannot read. */
export async function readOrganisationKey(
  couch: CouchAdministrator,
): Promise<(OrganisationKey & { _rev: string }) | undefined> {
  const stored = await couch.readDocument(DIRECTORY, ORGANISATION_KEY);
  const parsed = stored && parseDocument('organisation-key', stored);
  if (!stored || parsed?.outcome !== 'read') return undefined;
  return { ...parsed.document, _rev: stored._rev };
}

export interface KeyMaking {
  couch: CouchAdministrator;
  author: Author;
  passphrase: string;
  /** Where the private key goes. */
  fileOf(keyId: string): string;
  /** What it takes the place of. */
  before?: { _id: string; _rev: string } | undefined;
}

/** A new pair: file first, then the document. Throws an `AdminError` or a `ProvisionError`; the file may then be there. */
export async function makeOrganisationKey(making: KeyMaking): Promise<{ keyId: string; file: string }> {
  const { couch, author, passphrase, before } = making;
  const keys = await newOrganisationKeys();
  const { keyId, publicKey } = keys;
  const file = making.fileOf(keyId);
  await writePrivateKey(file, keys, { passphrase, now: author.now });
  await checkPrivateKey(file, keys, passphrase);
  const said = { type: 'organisation-key', keyId, algorithm: 'ECDH-P256', key: publicKey };
  const body = before
    ? changedBy({ ...author, generation: generationOf(before._rev) + 1 }, before, { ...before, ...said })
    : { ...headOf(author, systemChance), ...said };
  await couch.putDocument(DIRECTORY, { ...body, _id: ORGANISATION_KEY });
  return { keyId, file };
}

/** Throws where the server has no directory to put a key into. */
export async function checkDirectory(couch: CouchAdministrator): Promise<void> {
  if (!(await couch.listDatabases()).has(DIRECTORY)) throw new AdminError(words.noDirectory);
}

export const fileInFolder = (out: string | undefined) => (keyId: string) =>
  out ?? `organisation-key-${keyId.slice(0, 8)}.json`;

/** From the environment, or asked twice. */
export async function newPassphrase({ environment, ask }: AdminCall['terminal']): Promise<string> {
  const given = environment.KEY_PASSPHRASE;
  const passphrase = given ?? (await ask?.(words.askNew(LEAST_PASSPHRASE), true));
  if (passphrase === undefined) throw new AdminError(words.noPassphrase);
  if ([...passphrase].length < LEAST_PASSPHRASE) throw new AdminError(words.tooShort(LEAST_PASSPHRASE));
  if (given === undefined && (await ask?.(words.askAgain, true)) !== passphrase)
    throw new AdminError(words.notAlike);
  return passphrase;
}

/** From the environment, or asked once. */
export async function knownPassphrase({ environment, ask }: AdminCall['terminal'], file: string) {
  const passphrase = environment.KEY_PASSPHRASE ?? (await ask?.(words.ask(file), true));
  if (passphrase === undefined) throw new AdminError(words.noPassphrase);
  return passphrase;
}

export const authorOf = ({ user, terminal }: AdminCall): Author => ({
  person: user,
  device: 'admin',
  now: terminal.now().toISOString(),
});
