// A person's roles as the server says them: asked by a tablet before each round (GET /_session), and what follows for what
// it holds (invariant 9: after a role is taken away the local copy goes at the next contact, unsent work excepted).
import type { Clock } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { sessionSchema } from '#lib/protocol/wire.ts';
import type { ServerAnswer } from './model-server.ts';
import { SCOPES } from './plan.ts';
import type { SimDevice } from './sim-device.ts';
import { scopeOfKey, violate, type World } from './world.ts';

export const SESSION = '_session';
const TIMEOUT_MS = 30_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** In these histories a role is the name of a scope. Undefined: nobody answered, or nobody is signed in. */
export async function askRoles(fetch: Fetch, clock: Clock): Promise<ReadonlySet<Scope> | undefined> {
  const stop = new AbortController();
  const timer = clock.after(TIMEOUT_MS, () => stop.abort());
  try {
    const answer = await fetch(`https://server/${SESSION}`, { method: 'GET', signal: stop.signal });
    if (answer.status !== 200) return undefined;
    const { userCtx } = sessionSchema.parse(JSON.parse(await answer.text()));
    return userCtx.name === null ? undefined : new Set(userCtx.roles);
  } catch {
    return undefined;
  } finally {
    timer();
  }
}

/** What the server answers. */
export function sessionOf({ server }: World, { name, signedIn }: SimDevice): ServerAnswer {
  const roles = signedIn ? [...(server.roles.get(name) ?? [])] : [];
  return { status: 200, json: { ok: true, userCtx: { name: signedIn ? name : null, roles } } };
}

/** After a round that began with the roles `told`. */
export function checkScopesHeld(world: World, { name, view, told }: SimDevice): void {
  if (!told) return;
  for (const scope of SCOPES) {
    if (told.has(scope)) continue;
    const held = [...view.documents.keys(), ...leafKeys(view.leaves)].filter(
      (key) => scopeOfKey(key) === scope,
    );
    if (view.checkpoints.has(scope)) held.push(`the checkpoint of ${scope}`);
    if (held.length > 0) violate(world, 9, `${name} may no longer read ${scope}, and holds ${held.join()}`);
  }
}

const leafKeys = (leaves: ReadonlyMap<string, ReadonlyMap<string, unknown>>) =>
  [...leaves].flatMap(([key, { size }]) => (size > 0 ? [key] : []));
