// Which words of people are on the server, kept up with its writes and reckoned anew when it was set back.
import type { Scope } from '#lib/protocol/document.ts';
import { tokensIn } from './device-view.ts';
import { tell, type World } from './world.ts';

function countServerTokens(world: World): void {
  world.onServer = new Set();
  for (const database of world.server.databases.values())
    for (const record of database.documents.values())
      for (const body of record.bodies()) for (const token of tokensIn(body)) world.onServer.add(token);
}

/** These databases are not what they answered for: restored, or made anew. */
export function serverWasSetBack(world: World, scopes: readonly Scope[]): void {
  for (const scope of scopes) {
    world.setBack.add(scope);
    for (const { name, view } of world.devices) {
      if (!view.checkpoints.get(scope)?.vouched) world.unvouched.add(`${name}|${scope}`);
    }
  }
  countServerTokens(world);
  tell(world, `set back ${scopes.join()}`);
}
