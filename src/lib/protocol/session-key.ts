// What CouchDB does not have: a session that is worth nothing by its cookie alone. Whoever signs in with this header binds
// the session to what stands in it, and says it with each request; who signs in without it has CouchDB's session.
// Invariant: the key is in no cookie, address or body, and never stored where it can be read.

/** In lower case, as servers see it. */
export const SESSION_KEY_HEADER = 'x-session-key';
/** 128 bits at least of chance, in hexadecimal or base64url. */
export const SESSION_KEY = /^[A-Za-z0-9_-]{22,128}$/;
