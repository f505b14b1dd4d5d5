// PouchDB in a worker of its own with one local database for each of the server's, as a peer of `ReplicaAtWork`.
export interface PouchAtWork {
  /** Opens, or opens again, a local database for each of these on the server. */
  open(scopes: readonly string[]): Promise<void>;
  /** `replicate.from` of all of them, one after another. Answers how many documents were written. */
  replicate(batchSize: number): Promise<number>;
  /** Documents in all of them. */
  held(): Promise<number>;
}
