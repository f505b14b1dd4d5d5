// What a sign-in came to, as a sentence with the next step in it.
import { m } from '#messages';
import type { SignInOutcome } from '#lib/device/device-state.ts';

/** Undefined where it went well. `known`: her name was chosen, not typed, and is not what was wrong. */
export function signInSentence(result: SignInOutcome, known: boolean): string | undefined {
  switch (result.outcome) {
    case 'open':
    case 'choosePin':
      return undefined;
    case 'wrongPassword':
      if (result.waitSeconds) return m.sign_in_wait({ seconds: result.waitSeconds });
      return known ? m.sign_in_wrong_password() : m.sign_in_wrong();
    case 'oldPasswordNeeded':
      return m.sign_in_old_needed();
    case 'leaseEnded':
      return m.sign_in_lease_try() + unsentWords(result.unsent);
    case 'personEnded':
      return personEndedWords(result.unsent);
    case 'unreachable':
      return m.sign_in_unreachable();
    case 'serverSilent':
      return m.sign_in_server_silent();
    case 'serverDown':
      return m.sign_in_server_down();
    case 'portal':
      return m.sign_in_portal();
    case 'notStaff':
      return m.sign_in_not_staff();
    case 'notLoaded':
      return m.sign_in_failed();
    case 'storageRefused':
      return m.sign_in_storage_refused();
    case 'storageFull':
      return m.sign_in_storage_full();
    case 'storageBroken':
      return m.sign_in_storage_broken();
  }
}

/** What to do, and that nothing is lost. */
export const leaseEndedWords = (unsent: number): string => m.sign_in_lease_ended() + unsentWords(unsent);

export const personEndedWords = (unsent: number): string =>
  unsent > 0 ? m.sign_in_ended_unsent({ count: unsent }) : m.sign_in_ended();

const unsentWords = (unsent: number) => (unsent > 0 ? m.sign_in_lease_unsent({ count: unsent }) : '');
