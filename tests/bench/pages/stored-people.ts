// What the page of the sealing bench asks of its worker, and what the worker answers.
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';

export interface StoreWish {
  /** Name of the database. */
  name: string;
  people: readonly DocumentBody[];
  isSealed: boolean;
}

export interface StoreRun {
  writeMs: number;
  readMs: number;
  /** How many were read. */
  read: number;
}
