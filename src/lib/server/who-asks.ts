// Who a request is from that is answered beside the databases, judged as one to them: its device first, then the session
// with the roles of this moment, then how often she asks. Invariant: a lost device and a person without end are refused here
// as they are there, before anything of the request is read.
import { type IncomingMessage } from 'node:http';
import { type Answer } from './answer.ts';
import { type DeviceGate } from './device-gate.ts';
import { type UserContext } from './exchange.ts';
import { type Gate } from './gate.ts';
import { type SignIn } from './sign-in.ts';

/** Refuses with 401, 410, 429, 503. */
export type WhoAsks = (request: IncomingMessage, answer: Answer) => Promise<UserContext>;

export interface WhoAsksParts {
  /** Not what the request asks, for devices have a path of their own among the databases. */
  devices: DeviceGate | undefined;
  identity: Pick<SignIn, 'identify'>;
  gate: Gate | 'open';
}

export function createWhoAsks({ devices, identity, gate }: WhoAsksParts): WhoAsks {
  return async (request, answer) => {
    const device = await devices?.admit({ segments: [], request, answer });
    const { user, renewal } = await identity.identify(request);
    if (renewal) answer.header('Set-Cookie', renewal);
    if (device !== 'answered') devices?.saw(device, user);
    if (gate !== 'open') gate.rate.count(user, request.socket.remoteAddress ?? '');
    return user;
  };
}
