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
declare module 'pouchdb-merge' {
  type Node = [id: string, info: { status: 'available' | 'missing'; deleted?: boolean }, children: Node[]];
  type Tree = { pos: number; ids: Node }[];
  /** Changes the tree it is given. */
  export function merge(tree: Tree, path: Tree[number], depth: number): { tree: Tree; stemmedRevs: string[] };
}
