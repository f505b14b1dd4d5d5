// `--post`, as several commands take it.
import { AdminError, type AdminCall } from '../admin-command.ts';
import { peopleWords as words } from './people-words.ts';

const POSTS = ['worker', 'clerk', 'head', 'supervisor'] as const;
export const adminPosts = POSTS.join('|');

/** Undefined where it is not given. */
export function postOf(call: AdminCall): (typeof POSTS)[number] | undefined {
  const post = call.text('post');
  const known = POSTS.find((one) => one === post);
  if (post !== undefined && !known) throw new AdminError(words.fault('no-role', post), 'usage');
  return known;
}
