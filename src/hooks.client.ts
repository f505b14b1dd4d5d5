// What nobody expected in a page: its kind goes to the console, never a name or a text of the roster.
import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, event, status }) => {
  const kind = error instanceof Error ? error.name : typeof error;
  const place = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join(' ') : '';
  console.error(`page failed: ${status} ${kind} at ${event.route.id ?? 'no route'} ${place}`);
  return { message: status === 404 ? 'lost' : 'failed' };
};
