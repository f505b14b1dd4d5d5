// Reads the little-endian numbers LevelDB is written in. Invariant: reading past the end throws a RangeError, so that a
// file that was cut short is told of and never taken for an empty one.

export interface ByteReader {
  readonly offset: number;
  readonly left: number;
  /** Varint of LevelDB: seven bits a byte, least significant first. Sizes only, so it must be a safe integer. */
  varint(): number;
  bytes(length: number): Buffer;
}

export function byteReader(source: Buffer, start = 0): ByteReader {
  let offset = start;
  return {
    get offset() {
      return offset;
    },
    get left() {
      return source.length - offset;
    },
    varint() {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = source.readUInt8(offset++);
        value += (byte & 127) * shift;
        if (!Number.isSafeInteger(value)) throw new RangeError(`no size at ${offset}`);
        if (byte < 128) return value;
      }
    },
    bytes(length) {
      if (length > source.length - offset) throw new RangeError(`${length} bytes wanted at ${offset}`);
      const taken = source.subarray(offset, offset + length);
      offset += length;
      return taken;
    },
  };
}
