// Chance of the operating system, for documents that commands write.
import { randomBytes } from 'node:crypto';

export const systemChance = { randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
