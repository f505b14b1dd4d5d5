// The tablets that may still have something of somebody who was erased: all that are in use. Each erases at its next contact;
// of when that was the server keeps a day at most (`devices list`), so that none is called done here.
import { TABLETS } from '#lib/domain/tablet-card.ts';
import type { AdminServer } from '../admin-command.ts';
import { listTablets } from '../tablet-cards.ts';

/** Their numbers, as they show them themselves. */
export async function tabletsToReach(server: AdminServer): Promise<string[] | 'not known'> {
  if (!(await server.couch.listDatabases()).has(TABLETS)) return 'not known';
  return (await listTablets(server)).filter(({ state }) => state !== 'wiped').map(({ number }) => number);
}
