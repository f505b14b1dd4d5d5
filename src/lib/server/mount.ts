// Puts a database server under a path of a host that serves something else besides: `/db` in front of Kit.
// Invariant: a request below the mount never reaches the other listener, so that neither Kit's check of form posts nor
// its limit of bodies applies to replication; all others never reach the database.
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface MountedServer {
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** `path` begins with a slash and ends without one. */
export function mountServer(
  path: string,
  { handle }: MountedServer,
  otherwise: RequestListener,
): RequestListener {
  return (request, response) => {
    const url = request.url ?? '/';
    const rest = url.slice(path.length);
    if (!url.startsWith(path) || (rest !== '' && !/^[/?]/.test(rest))) return otherwise(request, response);
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    setLocationBelow(path, response);
    handle(request, response);
  };
}

/** A database server knows its own paths only: what it says in `Location` lies below the mount. */
function setLocationBelow(path: string, response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    const moved = name.toLowerCase() === 'location' && typeof value === 'string' && value.startsWith('/');
    return setHeader(name, moved ? path + value : value);
  };
}
