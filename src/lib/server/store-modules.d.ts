// Types of packages that have none, as far as the server uses them.
declare module 'leveldown' {
  const leveldown: unknown;
  export default leveldown;
}
declare module 'pouchdb-adapter-leveldb' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-collate' {
  /** The order of values in a view: below, at or above 0. */
  export function collate(a: unknown, b: unknown): number;
  /** Text in the same order. */
  export function toIndexableString(value: unknown): string;
}
declare module 'pouchdb-merge' {
  type Node = [id: string, info: { status: 'available' | 'missing'; deleted?: boolean }, children: Node[]];
  type Tree = { pos: number; ids: Node }[];
  /** Changes the tree it is given. */
  export function merge(tree: Tree, path: Tree[number], depth: number): { tree: Tree; stemmedRevs: string[] };
}
