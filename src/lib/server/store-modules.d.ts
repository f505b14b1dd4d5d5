// Types of packages that have none, as far as the server uses them.
declare module 'leveldown' {
  const leveldown: unknown;
  export default leveldown;
}
declare module 'pouchdb-adapter-leveldb' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-selector-core' {
  export function massageSelector(selector: object): object;
  export function rowFilter(document: object, selector: object, fields: string[]): boolean;
}
