import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AdminError } from './admin-command.ts';
import { checkPrivateKey, newOrganisationKeys, writePrivateKey } from './private-key-file.ts';

const PASSPHRASE = 'long enough a sentence';
let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'keys-'))));
afterAll(() => rm(folder, { recursive: true }));

it('writes a file that opens to the private half of what is published, and finds out one that does not', async () => {
  const [keys, others] = [await newOrganisationKeys(), await newOrganisationKeys()];
  const file = path.join(folder, 'key.json');
  await writePrivateKey(file, keys, { passphrase: PASSPHRASE, now: '2026-11-22T00:00:00.000Z' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ keyId: keys.keyId, rounds: 600_000 });
  await checkPrivateKey(file, keys, PASSPHRASE);
  await expect(checkPrivateKey(file, others, PASSPHRASE)).rejects.toThrow(AdminError);
  await expect(checkPrivateKey(file, keys, 'another sentence')).rejects.toThrow(AdminError);
});
