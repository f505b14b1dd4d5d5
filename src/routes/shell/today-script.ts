// The script of 今日: behind the door, and therefore not asked for before the door is drawn.

/** Nobody has typed a name or a code in less. */
const AFTER_DOOR_MS = 1_000;

export const todayScreen = () => import('./today-screen.svelte');

/** Call when the door is drawn, and what it returns when that is over. A failure is told by whoever needs the screen. */
export function fetchTodaySoon(): () => void {
  const timer = setTimeout(() => void todayScreen().catch(() => undefined), AFTER_DOOR_MS);
  return () => clearTimeout(timer);
}
