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
  /** Confirmed by their digests. */
  photosSent: number;
  received: number;
  complete: boolean;
  /** What was in the way, as JSON. */
  fault?: string;
  pulls: Record<string, PullReport>;
}

/** Photos that belong to the first document of an action, of random bytes. */
export interface PhotosWish {
  /** Where they go. */
  scope: string;
  ids: readonly string[];
  sizeBytes: number;
}

export interface ReplicaAtWork {
  /** Opens a sealed store of this name, new or as it was left by this worker. */
  open(name: string): Promise<void>;
  /** What the tab remembered between rounds is gone, as after an unlock. */
  beginSession(): Promise<void>;
  round(scopes: readonly string[]): Promise<RoundTold>;
  /** One action, new documents or changed ones. Throws where it was not saved. */
  save(scope: string, bodies: readonly DocumentBody[], photos?: PhotosWish): Promise<void>;
  /** The first so many ids of a type. */
  listIds(scope: string, type: string, limit: number): Promise<string[]>;
  /** Documents held as the server's. */
  held(scope: string): Promise<number>;
  waiting(): Promise<number>;
}
