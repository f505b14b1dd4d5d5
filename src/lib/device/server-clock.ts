// How far this tablet's clock is from the server's, by the `Date` of its answers (RFC 9110, section 6.6.1). A tablet in
// another year asks for databases that do not exist; one on another day writes wrong days.
// Invariant: only CouchDB's own answers are believed, never a portal's page.

/** From here on the day is wrong, not the minute. */
const FAR_OFF_MS = 12 * 3_600_000;

/** What time the server says it is; undefined where it is not CouchDB that answers, or it does not say. */
export function serverTimeMs(answer: Response): number | undefined {
  if (!/json/i.test(answer.headers.get('content-type') ?? '')) return undefined;
  const serverMs = Date.parse(answer.headers.get('date') ?? '');
  return Number.isFinite(serverMs) ? serverMs : undefined;
}

export class ServerClock {
  #offMs = 0;

  heard(answer: Response, nowMs: number): void {
    const serverMs = serverTimeMs(answer);
    if (serverMs !== undefined) this.#offMs = Math.abs(serverMs - nowMs);
  }

  /** This tablet's date is wrong, as far as is known. */
  get isFarOff(): boolean {
    return this.#offMs >= FAR_OFF_MS;
  }
}
