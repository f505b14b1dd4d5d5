// How much room copies of photos may take on a tablet, and which of them go first. Invariant: only copies of what the
// server has are ever named here; what is unsent is no part of it.

export interface Room {
  /** What the browser allows this origin, and what it uses by now, bytes. Undefined where it does not say. */
  quota?: number | undefined;
  usage?: number | undefined;
}

const MOST_BYTES = 200_000_000;
const UNKNOWN_BYTES = 50_000_000;
/** domain.md 6: photos of 30 days. */
const KEPT_MS = 30 * 86_400_000;
/** sync.md 8: what was made here stays this long after the server had it. */
const OWN_KEPT_MS = 7 * 86_400_000;

/** A quarter of what is free but for the copies themselves, and never more than 200 MB. */
export function photoBudgetBytes({ quota, usage }: Room, copiesBytes: number): number {
  if (quota === undefined || usage === undefined) return UNKNOWN_BYTES;
  const free = quota - Math.max(0, usage - copiesBytes);
  return Math.max(0, Math.min(MOST_BYTES, Math.floor(free / 4)));
}

export interface PhotoCopy {
  id: string;
  /** Taken on this tablet. */
  own: boolean;
  sizeBytes: number;
  /** When it was last looked at or confirmed. */
  usedAt: number;
}

/** Ids to let go, those longest not looked at first, until the others fit. Own ones of the last week stay. */
export function photosToLetGo(copies: readonly PhotoCopy[], budgetBytes: number, nowMs: number): string[] {
  const mayGo = copies.filter(({ own, usedAt }) => !own || Math.abs(nowMs - usedAt) > OWN_KEPT_MS);
  mayGo.sort((a, b) => a.usedAt - b.usedAt);
  let bytes = copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const gone: string[] = [];
  for (const { id, usedAt, sizeBytes } of mayGo) {
    if (bytes <= budgetBytes && nowMs - usedAt <= KEPT_MS) continue;
    gone.push(id);
    bytes -= sizeBytes;
  }
  return gone;
}
