declare module 'snappyjs' {
  /** Throws where the bytes are not one raw Snappy block, or would grow beyond `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
}
