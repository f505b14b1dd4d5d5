// What nobody expected in a page: its kind and place go to the console, never a name or a text of the roster.
import type { HandleClientError } from '@sveltejs/kit';
import { faultLine } from '#lib/device/fault-line.ts';

export const handleError: HandleClientError = ({ error, event, status }) => {
  console.error(`page failed: ${status} ${faultLine(error)} in ${event.route.id ?? 'no route'}`);
  return { message: status === 404 ? 'lost' : 'failed' };
};
