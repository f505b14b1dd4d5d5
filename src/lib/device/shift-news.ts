// What the tabs of one tablet tell one another about the shift. Invariant: once a shift has ended, or somebody else's has
// begun, no tab stays open with her data; ids only, no name and no key is ever told.
import type { DevicePhase } from './device-state.ts';

/** Told by tabs of this build or another one. */
const KINDS = [
  'ended', // she said 下班: her code no longer opens
  'covered', // she locked the screen by hand
  'began', // she signed in
] as const;

export interface ShiftNews {
  kind: (typeof KINDS)[number];
  user: string;
}

/** By hand: nobody but this app's own tabs speaks here, and the first screen does without a parser. */
function asShiftNews(data: unknown): ShiftNews | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data) || !('user' in data)) return undefined;
  const kind = KINDS.find((known) => known === data.kind);
  return kind !== undefined && typeof data.user === 'string' ? { kind, user: data.user } : undefined;
}

/** Whose work is open, or could be opened by a code; undefined where nobody's. */
export function userOf(phase: DevicePhase): string | undefined {
  switch (phase.phase) {
    case 'open':
    case 'choosePin':
    case 'download':
    case 'covered':
      return phase.person.user;
    default:
      return undefined;
  }
}

/** `cover`: ends the worker, the door shows what is left; `leave`: the same, and says that the shift has ended. */
export function answerTo(news: ShiftNews, phase: DevicePhase): 'stay' | 'cover' | 'leave' {
  const user = userOf(phase);
  if (user === undefined) return 'stay';
  if (news.kind === 'began') return news.user === user ? 'stay' : 'cover';
  if (news.user !== user) return 'stay';
  if (news.kind === 'ended') return 'leave';
  return phase.phase === 'open' || phase.phase === 'download' ? 'cover' : 'stay';
}

export interface ShiftChannel {
  tell(news: ShiftNews): void;
  onNews(hear: (news: ShiftNews) => void): void;
}

/** Between the tabs of this origin. */
export function openShiftChannel(channel = new BroadcastChannel('qiaomen-shift')): ShiftChannel {
  return {
    tell: (news) => channel.postMessage(news),
    onNews(hear) {
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const news = asShiftNews(data);
        if (news) hear(news);
      });
    },
  };
}
