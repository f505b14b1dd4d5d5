// The local half of invariant 9: after a role is taken away the local copy goes at the next contact, unsent work excepted.
import type { ServerAnswer } from './model-server.ts';
import { SCOPES } from './plan.ts';
import type { SimDevice } from './sim-device.ts';
import { scopeOfKey, violate, type World } from './world.ts';

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
