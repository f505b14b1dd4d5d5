// The data folder of one server: the databases, and beside them what the next start must know again.
// Invariants: secrets are readable by their owner alone (mode 600) and written whole or not at all; demo passwords exist
// only for a demo.
import { createHash, randomInt } from 'node:crypto';
import { access, constants, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { StartError } from './start-error.ts';

const demoSchema = z.object({
  seed: z.string(),
  /** The day it was made for. */
  today: z.string(),
  households: z.number(),
  desk: z.optional(z.boolean()),
  passwords: z.record(z.string(), z.string()),
  /** False until the last document is in: the next start goes on. */
  loaded: z.boolean(),
  /** Of the organisation's private key, which lies in a file beside. */
  keyPassphrase: z.string().optional(),
});
export type DemoRecord = z.infer<typeof demoSchema>;

export interface DataFolder {
  /** The folder itself. */
  path: string;
  /** The one given, or the one made at the first start. */
  adminPassword(given: string | undefined): Promise<string>;
  readDemo(): Promise<DemoRecord | undefined>;
  writeDemo(demo: DemoRecord): Promise<void>;
}

/** Makes the folder where it is missing. `couchdbUrl`: the demo, if any, is that server's. */
export async function openDataFolder(dataDir: string, couchdbUrl?: string): Promise<DataFolder> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (fault) {
    throw new StartError({ kind: 'data-folder', dataDir, reason: reasonOf(fault) });
  }
  const passwordFile = path.join(dataDir, 'admin-password');
  const demoFile = path.join(dataDir, couchdbUrl ? `demo-${shortDigest(couchdbUrl)}.json` : 'demo.json');
  return {
    path: dataDir,
    async adminPassword(given) {
      if (given !== undefined) return given;
      const kept = (await readIfThere(passwordFile))?.trim();
      if (kept) return kept;
      const made = newPassword();
      await writeSecret(passwordFile, `${made}\n`);
      return made;
    },
    async readDemo() {
      const text = await readIfThere(demoFile);
      return text === undefined ? undefined : demoSchema.parse(JSON.parse(text));
    },
    writeDemo: (demo) => writeSecret(demoFile, `${JSON.stringify(demo, undefined, 2)}\n`),
  };
}

/** Twelve characters that nobody confuses, in groups: about 58 bits. */
export function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return [group(), group(), group()].join('-');
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

const shortDigest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError({ kind: 'data-folder', dataDir: path.dirname(file), reason: reasonOf(fault) });
  }
}

/** Beside it first, then in its place: a crash leaves the old file or the new one. */
async function writeSecret(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  try {
    const handle = await open(beside, 'w', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(beside, file);
  } catch (fault) {
    throw new StartError({ kind: 'data-folder', dataDir: path.dirname(file), reason: reasonOf(fault) });
  }
}

const NO_FOLDER = new Set(['EEXIST', 'ENOTDIR']);

function reasonOf(fault: unknown): string {
  const { code, message } = fault as NodeJS.ErrnoException;
  if (code !== undefined && NO_FOLDER.has(code)) return '不是目录 not a folder';
  return code ?? message;
}
