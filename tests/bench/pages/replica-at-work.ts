// A replica of ours in a worker of its own, as the product has it, told what to do one thing after another: by the
// benches that measure more than a first sync.
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';
import type { PullReport } from '../../../src/lib/sync/pull.ts';

export interface RoundTold {
  /** From the beginning of the round to its end. */
  ms: number;
  /** From its beginning until everything that waited had been confirmed; undefined where nothing waited. */
  confirmedMs?: number;
  sent: number;
  received: number;
  complete: boolean;
  /** What was in the way, as JSON. */
  fault?: string;
  pulls: Record<string, PullReport>;
}

export interface ReplicaAtWork {
  /** Opens a sealed store of this name, new or as it was left by this worker. */
  open(name: string): Promise<void>;
  /** What the tab remembered between rounds is gone, as after an unlock. */
  beginSession(): Promise<void>;
  round(scopes: readonly string[]): Promise<RoundTold>;
  /** One action, new documents or changed ones. Throws where it was not saved. */
  save(scope: string, bodies: readonly DocumentBody[]): Promise<void>;
  /** The first so many ids of a type. */
  listIds(scope: string, type: string, limit: number): Promise<string[]>;
  /** Documents held as the server's. */
  held(scope: string): Promise<number>;
  waiting(): Promise<number>;
}
