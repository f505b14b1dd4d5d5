// The sealed outbox: whatever is unsent lies beside its row sealed to the organisation's key too (security.md 2), once that
// key is known on this tablet. Invariant: a row and its envelope are of one revision, as they are written together.
import type { EnvelopeCrypto, EnvelopeSealer } from './envelope-sealer.ts';

export interface Outbox {
  /** Undefined in a store that seals to nobody but its owner (the simulator's). */
  crypto: EnvelopeCrypto | undefined;
  /** Undefined until the organisation's key has come down. */
  sealer: EnvelopeSealer | undefined;
}
