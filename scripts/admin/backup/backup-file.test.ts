// The file itself: what was done to it is found out, however it was sealed.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOrganisationKeys } from '../private-key-file.ts';
import { createBackupFile, readHeader, readLines } from './backup-file.ts';
import { BACKUP } from './backup-header.ts';
import {
  sealByNothing,
  sealByPassphrase,
  sealOf,
  sealToOrganisation,
  type NewSeal,
  type Openers,
} from './chunk-seal.ts';

/** What they cost is not what is tried here. */
const FEW_ROUNDS = 100_000;
const ID = 'a'.repeat(32);
// Random, so that packing does not make one chunk of it.
const LINES = Array.from({ length: 40 }, () => randomBytes(24_000).toString('base64'));
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-file-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const openers = (given: Partial<Openers> = {}): Openers => ({
  passphrase: () => Promise.resolve('one of twelve characters'),
  privateKey: () => Promise.resolve(undefined),
  ...given,
});

async function written({ sealedBy, sealFor }: NewSeal, name: string, lines = LINES): Promise<string> {
  const file = path.join(folder, name);
  const header = {
    what: BACKUP,
    version: 1,
    id: ID,
    createdAt: '2026-11-23T00:00:00.000Z',
    sealedBy,
  } as const;
  const output = createBackupFile(file, header, sealFor);
  for (const line of lines) await output.line(line);
  await output.end();
  return file;
}

async function read(file: string, given?: Partial<Openers>): Promise<string[]> {
  const opened = await readHeader(file);
  const lines: string[] = [];
  for await (const line of readLines(file, opened, await sealOf(opened.header, openers(given))))
    lines.push(line);
  return lines;
}

interface Frames {
  header: Buffer;
  frames: Buffer[];
}

async function framesOf(file: string): Promise<Frames> {
  const bytes = await readFile(file);
  const start = bytes.indexOf(0x0a) + 1;
  const frames: Buffer[] = [];
  for (let at = start; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return { header: bytes.subarray(0, start), frames };
}

describe.each([
  ['a passphrase', () => sealByPassphrase('one of twelve characters', FEW_ROUNDS)],
  ['nothing', () => Promise.resolve(sealByNothing())],
])('a file sealed by %s', (by, newSeal) => {
  let file: string;
  let whole: Frames;
  const name = by.replace(' ', '-');
  beforeAll(async () => {
    file = await written(await newSeal(), name);
    whole = await framesOf(file);
  });
  const altered = async (change: (frames: Buffer[]) => Buffer[], header = whole.header) => {
    const other = path.join(folder, `${name}-altered`);
    await writeFile(other, Buffer.concat([header, ...change([...whole.frames])]));
    return read(other);
  };

  it('gives back every line, and is readable by its owner alone', async () => {
    expect(await read(file)).toEqual(LINES);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(whole.frames.length).toBeGreaterThan(3);
  });

  it('has chunks that open at their own place alone, whatever stands packed in them', async () => {
    const chunks = (await newSeal()).sealFor('a header');
    const place = { number: 1, isLast: false };
    const sealed = await chunks.seal(Buffer.from('a chunk'), place);
    expect(await chunks.open(sealed, place)).toEqual(Buffer.from('a chunk'));
    expect(await chunks.open(sealed, { number: 2, isLast: false })).toBeUndefined();
    expect(await chunks.open(sealed, { number: 1, isLast: true })).toBeUndefined();
  });

  it('is refused where it was cut, between chunks or within one', async () => {
    await expect(altered((frames) => frames.slice(0, -1))).rejects.toThrow('cut short');
    await expect(
      altered((frames) => [...frames.slice(0, -1), frames.at(-1)!.subarray(0, -5)]),
    ).rejects.toThrow();
    await expect(altered(() => [])).rejects.toThrow('cut short');
  });

  it('is refused where chunks were changed about, doubled, left out or lengthened', async () => {
    await expect(altered(([a, b, ...rest]) => [b!, a!, ...rest])).rejects.toThrow();
    await expect(altered(([a, b, ...rest]) => [a!, b!, b!, ...rest])).rejects.toThrow('cut short');
    await expect(altered(([a, , ...rest]) => [a!, ...rest])).rejects.toThrow('cut short');
    await expect(altered((frames) => [...frames, frames.at(-1)!])).rejects.toThrow('cut short');
    await expect(altered((frames) => [...frames, Buffer.from([0])])).rejects.toThrow('cut short');
  });

  it('is refused where one bit is another, or another header stands before it', async () => {
    const flipped = Buffer.from(whole.frames[2]!);
    flipped[100]! ^= 1;
    await expect(altered((frames) => frames.with(2, flipped))).rejects.toThrow('cut short');
    const header = Buffer.from(whole.header.toString().replace('2026', '2025'));
    await expect(altered((frames) => frames, header)).rejects.toThrow('does not open');
  });
});

describe('who opens it', () => {
  it('nobody with another passphrase', async () => {
    const file = await written(await sealByPassphrase('one of twelve characters', FEW_ROUNDS), 'mine', ['x']);
    expect((await readFile(file)).includes('x\n')).toBe(false);
    await expect(read(file, { passphrase: () => Promise.resolve('another of twelve') })).rejects.toThrow(
      'does not open',
    );
  });

  it('the holder of the private key, and not of another one', async () => {
    const [ours, theirs] = [await newOrganisationKeys(), await newOrganisationKeys()];
    const sealed = await sealToOrganisation({ keyId: ours.keyId, key: ours.publicKey }, ID);
    const file = await written(sealed, 'organisation', ['to the organisation']);
    const { keyId, privateKey } = ours;
    const mine = () => Promise.resolve({ keyId, privateKey });
    expect(await read(file, { privateKey: mine })).toEqual(['to the organisation']);
    const pretended = () => Promise.resolve({ keyId, privateKey: theirs.privateKey });
    await expect(read(file, { privateKey: pretended })).rejects.toThrow('does not open');
    await expect(read(file, { privateKey: () => Promise.resolve(theirs) })).rejects.toThrow(theirs.keyId);
    await expect(read(file)).rejects.toThrow('--key');
  });

  it('nothing is sealed to a key that is not the one its id names', async () => {
    const [ours, theirs] = [await newOrganisationKeys(), await newOrganisationKeys()];
    await expect(sealToOrganisation({ keyId: ours.keyId, key: theirs.publicKey }, ID)).rejects.toThrow(
      ours.keyId,
    );
  });

  it('a file that is there is not written over', async () => {
    await expect(written(sealByNothing(), 'organisation')).rejects.toThrow('not written over');
  });
});
