// A document of a batch that the gate does not pass on, as the row CouchDB would give it.

export interface KeptBack {
  id: string;
  rev: string;
  error: 'forbidden';
  reason: string;
}
