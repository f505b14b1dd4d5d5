// What says of documents whether they pass: a selector, or a function of a design document. Source: `filter` of
// Apache CouchDB 3.5's "/{db}/_changes", and "/{db}/_find".
import { setImmediate as afterOthers } from 'node:timers/promises';

/**
 * Which of some documents pass, in their order. Others are served in between. Rejects where the filter fails or has
 * taken too long: then nobody knows whether a document passes, and the answer has to be broken off.
 */
export type DocumentFilter = (documents: readonly object[]) => Promise<boolean[]>;

/** How long a filter works before it lets others have their turn. */
export const TURN_MS = 20;

/** Lets whoever is waiting be served first. */
export function giveWay(): Promise<void> {
  return afterOthers();
}
