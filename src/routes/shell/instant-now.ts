// The clock of the screens, read in one place.
import type { IsoInstant } from '#lib/domain/time.ts';

/** Now, as an instant in UTC. */
export const instantNow = (): IsoInstant => new Date().toISOString();
