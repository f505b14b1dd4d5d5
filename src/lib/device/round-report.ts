// What a device makes of the report of a round: what somebody who looks after tablets and servers must be able to find
// later, one line each (codes, counts, scopes, no names), and which scopes a first download need not wait for any more.
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { isAside, isShut } from '#lib/sync/push-only.ts';
import type { PullReport } from '#lib/sync/pull.ts';
import type { RepairReport } from '#lib/sync/repair.ts';
import type { RoundReport } from '#lib/sync/sync-round.ts';

export function logRound(
  log: (event: string, scope: string) => void,
  { scopes, dropped }: RoundReport,
): void {
  for (const scope of dropped) log('role-ended', scope);
  for (const { scope, push, pull } of scopes) {
    if (isShut(scope, push?.fault)) log('audit-not-taken', scope);
    if (pull?.serverSmaller) log('server-smaller', scope);
    if (pull?.rolledBack) log('server-rolled-back', scope);
    if (pull?.unfit) log(`not-kept ${pull.unfit}`, scope);
    if (pull?.repair) log(`repaired ${repairLine(pull.repair)}`, scope);
  }
}

const repairLine = ({ returned, rewritten, refused, fetched }: RepairReport) =>
  `returned ${returned} rewritten ${rewritten} refused ${refused} fetched ${fetched}`;

/** Pulled to its end; or closed to her, which must not keep her from the others. */
export function isDealtWith(scope: string, pull: PullReport | undefined): boolean {
  if (!pull || pull.serverSmaller) return false;
  return (
    !pull.fault || isAside(scope, pull.fault) || (pull.fault.kind === 'forbidden' && scope !== DIRECTORY)
  );
}
