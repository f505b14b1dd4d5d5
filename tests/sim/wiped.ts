// The whole origin of a tablet is gone: a new database, and what existed only in the old one is counted as lost.
import { newDeviceView, tokensIn } from './device-view.ts';
import type { SimDevice } from './sim-device.ts';
import { tell, type World } from './world.ts';

export function wipeDevice(world: World, device: SimDevice): void {
  const life = device.life++;
  device.view = newDeviceView();
  device.renew();
  for (const action of world.ledger.actions) {
    if (action.device !== device.name || action.life !== life) continue;
    if (action.state === 'begun') action.state = 'not-saved';
    for (const { token } of action.tokens) if (!world.onServer.has(token)) world.gone.add(token);
    if (action.tokens.some(({ token }) => world.gone.has(token))) world.counts.lost++;
  }
  tell(world, `${device.name} wiped, ${String(tokensIn([...world.gone]).length)} words gone`);
}
