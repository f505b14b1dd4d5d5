// What a client takes and what it has: `Accept` and `If-None-Match`.
// Source: mochiweb_request:accepts_content_type, by which Apache CouchDB 3.5 decides between JSON and multipart.
import { type IncomingMessage } from 'node:http';

/** Whether a client takes a type; one that says nothing takes everything, as in CouchDB. */
export function accepts({ headers }: IncomingMessage, type: string): boolean {
  const wide = `${type.split('/', 1)[0] ?? ''}/*`;
  const taken = (headers.accept ?? '*/*').split(',').map(parseAccepted);
  if (taken.some(({ name, weight }) => weight === 0 && (name === type || name === wide))) return false;
  return taken.some(({ name, weight }) => weight > 0 && (name === type || name === wide || name === '*/*'));
}

function parseAccepted(text: string): { name: string; weight: number } {
  const [name = '', ...parameters] = text.split(';').map((one) => one.trim().toLowerCase());
  const weight = parameters
    .map((one) => /^q\s*=\s*([\d.]+)$/.exec(one)?.[1])
    .find((one) => one !== undefined);
  return { name, weight: weight === undefined ? 1 : Number(weight) };
}

export function etagMatches({ headers }: IncomingMessage, etag: string): boolean {
  const asked = headers['if-none-match'];
  if (asked === undefined) return false;
  return asked.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}
