// What a bench is: something that measures figures, each beside its reference, at full size or tiny.
import type { Measured } from './figure.ts';

/** `smoke` proves that the bench runs; its figures are worth nothing. */
export type BenchSize = 'full' | 'smoke';

export interface Bench {
  name: string;
  /** What is measured and against what, in a sentence. */
  says: string;
  sizes: Record<BenchSize, Readonly<Record<string, number>>>;
  run(size: BenchSize): Promise<Measured[]>;
}
