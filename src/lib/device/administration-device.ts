// What a page can ask about her people where she is head of a community: the part of the device's contract behind 管理. It
// needs the network, and the server judges each call anew; nothing of it is kept here.
import type { AdministrationAnswer, AdministrationCall } from '#lib/domain/administration.ts';

export type Administered =
  | AdministrationAnswer
  /** `unreachable`: nobody answered, and it may be done or not. `signIn`: the server knows nobody here. */
  | { outcome: 'unreachable' | 'signIn' | 'failed' };

export interface AdministrationDevice {
  /** Waits for the network at most 20 s. */
  administer(call: AdministrationCall): Promise<Administered>;
}
