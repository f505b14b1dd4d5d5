// One call of `POST /administration`, beside the databases, with the session of whoever is here. Invariant: nothing is tried
// twice, so that nobody is added or given a password more often than was asked.
import { administrationAnswerSchema, type AdministrationCall } from '#lib/domain/administration.ts';
import type { Administered } from './administration-device.ts';
import type { SessionPort } from './ask-session.ts';

const TIMEOUT_MS = 20_000;

export async function administer(port: SessionPort, call: AdministrationCall): Promise<Administered> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), TIMEOUT_MS);
  try {
    const answer = await port.fetch(port.database.replace(/\/db$/, '/administration'), {
      ...{ method: 'POST', cache: 'no-store', credentials: 'same-origin', redirect: 'manual' },
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(call),
      signal: giveUp.signal,
    });
    const body: unknown = await answer.json().catch(() => undefined);
    const read = administrationAnswerSchema.safeParse(body);
    if (read.success) return read.data;
    return { outcome: answer.status === 401 ? 'signIn' : 'failed' };
  } catch {
    return { outcome: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}
