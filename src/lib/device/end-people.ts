// People of this tablet whom the server no longer knows as its own: each is ended once. Invariant: one whose store does not
// open now keeps nobody else's, and is tried again at the next contact.
import type { Tablet } from '#lib/storage/tablet.ts';

/** Whether there was anybody. */
export async function endPeople(tablet: Tablet | undefined, users: readonly string[]): Promise<boolean> {
  if (!tablet) return false;
  const known = await tablet.listPeople();
  const ending = known.filter(({ userName, endedAt }) => users.includes(userName) && endedAt === undefined);
  for (const { userName } of ending) await tablet.endPerson(userName).catch(() => undefined);
  return ending.length > 0;
}
