import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import leveldown from 'leveldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { searchProfile } from './search-profile.ts';

interface Level {
  open(options: object, done: (failure?: Error) => void): void;
  batch(puts: { type: 'put'; key: Buffer; value: Buffer }[], done: (failure?: Error) => void): void;
  compactRange(from: string, to: string, done: (failure?: Error) => void): void;
  close(done: (failure?: Error) => void): void;
}

const promised = (act: (done: (failure?: Error) => void) => void) =>
  new Promise<void>((resolve, reject) => act((failure) => (failure ? reject(failure) : resolve())));

let profile: string;
beforeEach(() => {
  profile = mkdtempSync(path.join(tmpdir(), 'profile-search-'));
});
afterEach(() => rmSync(profile, { recursive: true }));

/** A real LevelDB below the profile; `compacted`: its rows lie in tables, packed, and no longer in the log. */
async function plantLevel(
  rows: [key: string, value: string][],
  encoding: BufferEncoding,
  compacted: boolean,
) {
  const level = (leveldown as (location: string) => Level)(path.join(profile, 'level'));
  await promised((done) => level.open({}, done));
  const puts = rows.map(([key, value]) => ({
    type: 'put' as const,
    key: Buffer.from(key),
    value: Buffer.from(value, encoding),
  }));
  await promised((done) => level.batch(puts, done));
  if (compacted) await promised((done) => level.compactRange('\0', '\xff', done));
  await promised((done) => level.close(done));
}

const row = (name: string) => `${'她住在三楼。'.repeat(30)}${name}${'他住在五楼。'.repeat(30)}`;

describe('the search of a browser profile', () => {
  it.each(['utf8', 'utf16le'] as const)(
    'finds a name in a packed block of LevelDB, in %s',
    async (encoding) => {
      const rows = Array.from({ length: 300 }, (_, at): [string, string] => [
        `row-${at}`,
        row(`王植入${at}号`),
      ]);
      await plantLevel(rows, encoding, true);

      const search = searchProfile(profile, ['王植入217号', '王植入999号']);
      expect(search.read.snappyBlocks).toBeGreaterThan(5);
      expect(new Set(search.hits.map((hit) => hit.word))).toEqual(new Set(['王植入217号']));
      expect(search.hits.map((hit) => hit.within)).toContain('snappy block > value');
      expect(search.unread).toEqual([]);
    },
  );

  it('finds bytes of a picture as they are', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 7, 8, 9]);
    await plantLevel([['photo', `before ${bytes.toString('latin1')} after`]], 'latin1', true);
    const { hits } = searchProfile(profile, [bytes, Buffer.from([0xff, 0xd8, 0xff, 0xe1])]);
    expect(new Set(hits.map(({ word, form }) => `${form} ${word}`))).toEqual(
      new Set(['bytes ffd8ffe0070809']),
    );
  });

  it('finds a name that begins as the one before it in a key does', async () => {
    await plantLevel(
      [
        ['李植入一', 'x'],
        ['李植入二', 'y'],
        ['李植入二甲', 'z'],
      ],
      'utf8',
      true,
    );
    const words = searchProfile(profile, ['李植入二甲', '李植入二']).hits.map((hit) => hit.word);
    expect(new Set(words)).toEqual(new Set(['李植入二甲', '李植入二']));
  });

  it('finds a name that lies across two blocks of the log', async () => {
    // 16 bytes each, and the log's block has 32,768: the border lies in one of the names about the 2,048th.
    const names = Array.from({ length: 3_000 }, (_, at) => `赵植入${String(at).padStart(4, '0')}号`);
    await plantLevel([['all', names.join('')]], 'utf8', false);
    const aboutTheBorder = names.slice(2_030, 2_060);
    const { hits } = searchProfile(profile, aboutTheBorder);
    const foundIn = (within: string) =>
      new Set(hits.filter((hit) => hit.within === within).map((hit) => hit.word));
    expect(foundIn('log record')).toEqual(new Set(aboutTheBorder));
    expect(foundIn('as it stands').size).toBe(aboutTheBorder.length - 1);
  });

  it('finds a number in a gzip stream in the middle of a file', () => {
    mkdirSync(path.join(profile, 'Cache'));
    const packed = gzipSync('{"idNumber":"999999194203010045"}'.repeat(5));
    writeFileSync(
      path.join(profile, 'Cache', 'f_1'),
      Buffer.concat([Buffer.alloc(77, 1), packed, Buffer.alloc(9)]),
    );
    expect(searchProfile(profile, ['999999194203010045']).hits).toEqual([
      { word: '999999194203010045', form: 'utf-8', file: 'Cache/f_1', within: 'as it stands > gzip' },
    ]);
  });

  it.each([
    ['escaped in JSON', String.raw`"\u738b\u690d\u5165"`],
    ['escaped in an address', 'http://127.0.0.1/?q=%E7%8E%8B%E6%A4%8D%E5%85%A5'],
  ])('finds a name %s', (_, text) => {
    writeFileSync(path.join(profile, 'History'), text);
    expect(searchProfile(profile, ['王植入']).hits).toHaveLength(1);
  });

  it('says which table it could not read', async () => {
    const rows = Array.from({ length: 50 }, (_, at): [string, string] => [`row-${at}`, row(`孙${at}`)]);
    await plantLevel(rows, 'utf8', true);
    const before = searchProfile(profile, ['孙植入']);
    const table = path.join(profile, 'level', '000005.ldb');
    truncateSync(table, 900);
    expect(before.unread).toEqual([]);
    expect(searchProfile(profile, ['孙植入']).unread).toHaveLength(1);
  });
});
