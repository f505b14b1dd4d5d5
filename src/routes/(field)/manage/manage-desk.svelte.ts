// What the screen 管理 holds: her people as the server last said, what is under way, and what came of it. Invariants: one
// call at a time; a password that was made is kept until she says that she has written it down, and nowhere else.
import { m } from '#messages';
import type { AdministrationAnswer, AdministrationCall } from '#lib/domain/administration.ts';
import type { Device } from '#lib/device/device.ts';

export type Listed = Extract<AdministrationAnswer, { outcome: 'listed' }>;
type Trouble = 'unreachable' | 'signIn' | 'failed' | 'notYours';

const REFUSALS: Record<string, () => string> = {
  'name-taken': m.manage_name_taken,
  'bad-name': m.manage_bad_name,
  'past-day': m.manage_past_day,
  'no-account': m.manage_no_account,
  'nothing-to-cover': m.manage_nothing_to_cover,
  'not-yours': m.manage_not_yours,
};
const TROUBLES: Record<Trouble, () => string> = {
  unreachable: m.manage_unreachable,
  signIn: m.manage_sign_in,
  failed: m.manage_failed,
  notYours: m.manage_not_head,
};

export class ManageDesk {
  listed = $state.raw<Listed | undefined>();
  /** Why there is no list. */
  trouble = $state<Trouble | undefined>();
  busy = $state(false);
  /** Of the last call, for the sheet it came from. */
  sentence = $state<string | undefined>();
  made = $state.raw<{ user: string; password: string } | undefined>();
  readonly #device: Pick<Device, 'administer'>;

  constructor(device: Pick<Device, 'administer'>) {
    this.#device = device;
  }

  troubleWords = $derived(this.trouble && TROUBLES[this.trouble]());

  async load(): Promise<void> {
    const answer = await this.#device.administer({ call: 'list' }).catch(() => undefined);
    if (answer?.outcome === 'listed') {
      this.listed = answer;
      this.trouble = undefined;
    } else if (answer?.outcome === 'unreachable' || answer?.outcome === 'signIn')
      this.trouble = answer.outcome;
    else this.trouble = answer?.outcome === 'refused' ? 'notYours' : 'failed';
  }

  /** True where it was done; else the sentence says why not. */
  async ask(call: AdministrationCall): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.sentence = undefined;
    const answer = await this.#device.administer(call).catch(() => undefined);
    if (answer?.outcome === 'password') this.made = { user: answer.user, password: answer.password };
    const done = answer?.outcome === 'done' || answer?.outcome === 'password';
    if (answer?.outcome === 'refused') this.sentence = (REFUSALS[answer.why] ?? m.manage_failed)();
    else if (answer?.outcome === 'unreachable') this.sentence = m.manage_maybe_done();
    else if (!done) this.sentence = TROUBLES[answer?.outcome === 'signIn' ? 'signIn' : 'failed']();
    await this.load();
    this.busy = false;
    return done;
  }
}
