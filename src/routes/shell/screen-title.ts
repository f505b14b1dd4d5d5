// What the window is called: the screen, never a person or a door, since the tablet's list of apps shows it to anybody.
import { m } from '#messages';

const TITLES: [string, () => string][] = [
  ['/buildings', m.buildings_title],
  ['/search', m.search_title],
  ['/me', m.me_title],
  ['/households', m.card_open],
  ['/attention', m.attention_title],
  ['/clashes', m.clash_title],
  ['/shift', m.shift_title],
  ['/board', m.board_title],
  ['/desk/new', m.intake_title],
  ['/desk/taken', m.taken_title],
  ['/desk/requests', m.request_title],
  ['/desk', m.desk_title],
];

export function screenTitle(path: string): string {
  const title = path.includes('/visit/')
    ? m.visit_title
    : TITLES.find(([start]) => path.startsWith(start))?.[1];
  return `${(title ?? m.today_title)()} · ${m.app_name()}`;
}
