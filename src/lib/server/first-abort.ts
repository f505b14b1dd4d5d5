// One signal out of several, that can be let go of again: `AbortSignal.any` of Node 20 leaves a trace in signals that
// live as long as the server with every request.
import { setMaxListeners } from 'node:events';

export interface FirstAbort {
  signal: AbortSignal;
  /** Forgets the sources. */
  release(): void;
}

export function firstAbort(sources: readonly AbortSignal[]): FirstAbort {
  const either = new AbortController();
  const abort = (): void => either.abort();
  for (const source of sources) {
    source.addEventListener('abort', abort);
    if (source.aborted) abort();
  }
  return {
    signal: either.signal,
    release: () => {
      for (const source of sources) source.removeEventListener('abort', abort);
    },
  };
}

/** For what lives as long as a database or the server: any number of requests may listen to it. */
export function longLivedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
