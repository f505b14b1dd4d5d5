// The state of the sync as one sentence: what needs a person first, then what is under way, then whether the work is
// safe. Invariant: work that waits is always counted, and having no network is never put as an error.
import { m } from '#messages';
import type { SyncProblem, SyncState } from '#lib/device/device-state.ts';
import type { Tone } from '#lib/components/state-bar.svelte';

export interface SyncSentence {
  tone: Tone;
  head: string;
  tail?: string;
  /** Read out when it changes: without numbers that run. */
  spoken: string;
}

/** What each problem is called, in one breath. */
export const PROBLEM_WORDS: Record<SyncProblem, () => string> = {
  offline: m.state_offline,
  serverSilent: m.state_server_silent,
  wrongClock: m.state_wrong_clock,
  portal: m.state_portal,
  serverDown: m.state_server_down,
  signInNeeded: m.state_sign_in,
  roleEnded: m.state_role_ended,
  storageFull: m.state_storage_full,
  storageBroken: m.state_storage_broken,
  serverEmpty: m.state_server_empty,
};

/** And what to do about it. */
export const PROBLEM_HELP: Record<SyncProblem, () => string> = {
  offline: m.help_offline,
  serverSilent: m.help_server_silent,
  wrongClock: m.help_wrong_clock,
  portal: m.help_portal,
  serverDown: m.help_server_down,
  signInNeeded: m.help_sign_in,
  roleEnded: m.help_role_ended,
  storageFull: m.help_storage_full,
  storageBroken: m.help_storage_broken,
  serverEmpty: m.help_server_empty,
};

/** These stop until a person acts, whatever the network does. */
const NEEDS_PERSON: SyncProblem[] = [
  'storageBroken',
  'storageFull',
  'wrongClock',
  'roleEnded',
  'signInNeeded',
  'serverEmpty',
];

/** Records and photos are counted apart: a photo goes up after its visit, and what is sealed only once she opens it. */
function waitingTail({ waiting, photos, sealed = 0 }: SyncState): { tail?: string } {
  const words = [
    ...(waiting > 0 ? [m.state_waiting({ count: waiting })] : []),
    ...(photos > 0 ? [m.state_photos({ count: photos })] : []),
    ...(sealed > 0 ? [m.state_sealed({ count: sealed })] : []),
  ];
  return words.length > 0 ? { tail: words.join(' · ') } : {};
}

/** Whether there is a network is always told. */
function refusedTail(sync: SyncState): { tail?: string } {
  const { tail } = waitingTail(sync);
  if (sync.online && sync.problem !== 'offline') return tail === undefined ? {} : { tail };
  return { tail: [m.state_offline(), tail].filter(Boolean).join(' · ') };
}

/** Nobody answers: her work goes on, and what she did is safe. */
const safeTail = (sync: SyncState) => ({ tail: m.state_offline_safe(), ...waitingTail(sync) });

function firstOf(sync: SyncState): Omit<SyncSentence, 'spoken'> {
  const { problem } = sync;
  if (problem && NEEDS_PERSON.includes(problem)) {
    return { tone: 'bad', head: PROBLEM_WORDS[problem](), ...waitingTail(sync) };
  }
  if (sync.refused > 0)
    return { tone: 'bad', head: m.state_refused({ count: sync.refused }), ...refusedTail(sync) };
  if (sync.photosRefused > 0) return { tone: 'bad', head: m.photo_refused(), ...refusedTail(sync) };
  if (!sync.online || problem === 'offline') {
    return { tone: 'off', head: m.state_offline(), ...safeTail(sync) };
  }
  if (problem === 'serverSilent') return { tone: 'off', head: PROBLEM_WORDS[problem](), ...safeTail(sync) };
  if (problem) return { tone: 'off', head: PROBLEM_WORDS[problem](), ...waitingTail(sync) };
  return underWay(sync);
}

function underWay(sync: SyncState): Omit<SyncSentence, 'spoken'> {
  const head = m.state_online();
  if (sync.activity === 'uploading' && sync.progress)
    return { tone: 'busy', head: m.state_uploading(sync.progress) };
  if (sync.activity === 'photos' && sync.progress)
    return { tone: 'busy', head: m.state_photos_sending(sync.progress) };
  if (sync.elsewhere && sync.waiting + sync.photos > 0)
    return { tone: 'busy', head, tail: m.state_elsewhere() };
  if (sync.waiting + sync.photos > 0) return { tone: 'busy', head, ...waitingTail(sync) };
  if (sync.activity === 'receiving') return { tone: 'busy', head, tail: m.state_receiving() };
  if (sync.sealed !== undefined && sync.sealed > 0) return { tone: 'off', head, ...waitingTail(sync) };
  const tail = sync.lastSent > 0 ? m.state_all_sent({ count: sync.lastSent }) : m.state_all_safe();
  const isKnown = sync.completedAt !== undefined && sync.sealed !== undefined;
  return isKnown ? { tone: 'ok', head, tail } : { tone: 'ok', head };
}

export function syncSentence(sync: SyncState): SyncSentence {
  const sentence = firstOf(sync);
  const running = sync.activity !== 'idle' && sentence.tone === 'busy';
  const spoken = running ? m.state_online() : [sentence.head, sentence.tail].filter(Boolean).join(' · ');
  return { ...sentence, spoken };
}
