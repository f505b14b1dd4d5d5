import { describe, expect, it } from 'vitest';
import { EXIF_MAKER, tinyJpeg, withExif } from '#tests/fixtures/exif-jpeg.ts';
import { jpegMarkers, withoutMetadata } from './photo-jpeg.ts';
import { fitted } from './photo-size.ts';

const plain = () => new Uint8Array(tinyJpeg());
const comment = [0xff, 0xfe, 0, 6, 0x68, 0x6f, 0x6d, 0x65];

describe('a JPEG', () => {
  it('without metadata holds no EXIF, no place and no comment, and the same pixels', () => {
    const taken = withExif(
      Buffer.concat([plain().subarray(0, 2), Buffer.from(comment), plain().subarray(2)]),
      6,
    );
    expect(taken.includes(EXIF_MAKER)).toBe(true);
    const clean = withoutMetadata(new Uint8Array(taken))!;
    expect(Buffer.from(clean).equals(Buffer.from(plain()))).toBe(true);
    expect(jpegMarkers(new Uint8Array(taken))).toContain(0xe1);
    expect(jpegMarkers(clean)).toEqual([0xe0, 0xdb, 0xc0, 0xc4, 0xc4, 0xda]);
  });

  it('that has none stays as it is', () => {
    const bytes = plain();
    expect(withoutMetadata(bytes)).toBe(bytes);
  });

  it.each<[string, Uint8Array<ArrayBuffer>]>([
    ['nothing', new Uint8Array()],
    ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47])],
    ['one cut off in a segment', plain().slice(0, 10)],
    ['one cut off before its pixels', plain().slice(0, 20)],
    ['a segment that runs beyond the end', new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1, 2])],
  ])('is told from %s', (_what, bytes) => {
    expect(withoutMetadata(bytes)).toBeUndefined();
    expect(jpegMarkers(bytes)).toBeUndefined();
  });
});

describe('a picture', () => {
  it.each([
    [
      { width: 4000, height: 3000 },
      { width: 1600, height: 1200 },
    ],
    [
      { width: 3000, height: 4000 },
      { width: 1200, height: 1600 },
    ],
    [
      { width: 800, height: 600 },
      { width: 800, height: 600 },
    ],
    [
      { width: 1601, height: 1 },
      { width: 1600, height: 1 },
    ],
    [
      { width: 1, height: 9000 },
      { width: 1, height: 1600 },
    ],
  ])('of %o is drawn as %o', (picture, drawn) => {
    expect(fitted(picture, 1600)).toEqual(drawn);
  });
});
