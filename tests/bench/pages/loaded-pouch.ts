// PouchDB with its adapters and its replication, from the bundle of the peers that is served beside the pages.
interface Peers {
  PouchDB: PouchDB.Static;
}

export async function loadedPouch(): Promise<PouchDB.Static> {
  const bundle: string = '/peers.js';
  const loaded: Peers = await import(/* @vite-ignore */ bundle);
  return loaded.PouchDB;
}
