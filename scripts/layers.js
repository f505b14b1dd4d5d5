// The rooms of the house and the doors between them: which layer may import which, and which packages.
// This is the only place where a direction is written down: ESLint checks it (scripts/lint/directions.js), the table
// in ARCHITECTURE.md is tested against it, and a door that is not listed here does not exist.
import path from 'node:path';

/**
 * @typedef {object} Layer
 * @property {string} name what messages and ARCHITECTURE.md call it
 * @property {string[]} places folders, or single files, from the root of the project
 * @property {string} holds what belongs here, in a clause
 * @property {string[]} layers the layers whose values and types it may import
 * @property {string[]} [typesOf] the layers of which it may import types, but no value
 * @property {string[]} packages npm packages and `$`/`#` modules: `a` is `a` and all below it, `a/b` that path alone,
 *   `a-*` a family. In what a browser loads it is `zod/mini`: plain `zod` is four times its size.
 * @property {boolean} [node] whether Node's own modules are there
 */

/** @type {Layer[]} */
export const layers = [
  {
    name: 'domain',
    places: ['src/lib/domain'],
    holds: 'what the field work is: schemas, code sets, life-cycles, due rules, merge; pure',
    layers: [],
    packages: ['zod/mini'],
  },
  {
    name: 'protocol',
    places: ['src/lib/protocol'],
    holds: 'what CouchDB is: wire schemas, revisions, the error table, the ports; pure',
    layers: [],
    packages: ['zod/mini', 'spark-md5', 'canonicalize'],
  },
  {
    name: 'forms',
    places: ['src/lib/forms'],
    holds: "form definitions, the engine's adapter, answers; no screen, no database",
    layers: ['domain'],
    packages: ['@getodk/xforms-engine', 'zod/mini'],
  },
  {
    name: 'storage',
    places: ['src/lib/storage'],
    holds: "the device's IndexedDB: tables, sealing, reads and writes in whole actions, migrations",
    layers: ['domain', 'protocol'],
    packages: ['dexie', 'zod/mini'],
  },
  {
    name: 'sync',
    places: ['src/lib/sync'],
    holds: 'push, pull, repair, when to run; talks to ports, knows no Dexie and no DOM',
    layers: ['protocol', 'domain'],
    packages: ['zod/mini'],
  },
  {
    name: 'device',
    places: ['src/lib/device'],
    holds: 'puts one device together: session, keys, worker, commands, live queries, status',
    layers: ['domain', 'protocol', 'forms', 'storage', 'sync'],
    packages: ['svelte', 'comlink', 'pinyin-pro', 'zod/mini'],
  },
  {
    name: 'components',
    places: ['src/lib/components'],
    holds: 'Svelte components that take data and give intents; no storage, no sync',
    layers: ['domain'],
    typesOf: ['forms'],
    packages: ['svelte', 'uqr', '#messages'],
  },
  {
    name: 'server',
    places: ['src/lib/server'],
    holds: 'the embedded CouchDB-compatible server and the gateway; knows documents, not households',
    layers: ['protocol'],
    packages: ['pouchdb-*', 'leveldown', 'quickjs-emscripten', 'zod'],
    node: true,
  },
  {
    name: 'routes',
    places: ['src/routes', 'src/hooks.client.ts', 'src/hooks.server.ts'],
    holds: "the screens: the worker's, the desk's, the supervisor's",
    layers: ['device', 'components', 'domain', 'forms'],
    packages: ['svelte', '@sveltejs/kit', '$app', '#messages'],
  },
  {
    name: 'service-worker',
    places: ['src/service-worker', 'src/service-worker.ts'],
    holds: 'the app shell, precached; never touches /db',
    layers: [],
    packages: ['workbox-*', '$service-worker'],
  },
];

/** Modules that no layer may import, and what to use in their place. */
export const retired = new Map([
  ['$app/stores', '`$app/state`: stores are gone from the next Kit'],
  ['svelte/store', 'runes: a state class in a `.svelte.ts` file'],
  ['svelte/legacy', 'runes and event attributes'],
]);

/**
 * The layer a file lies in, or undefined outside all of them.
 * @param {string} file from the root of the project, with `/`
 */
export function layerOf(file) {
  return layers.find((layer) => layer.places.some((place) => file === place || file.startsWith(`${place}/`)));
}

/**
 * Whether a layer's `packages` have this module.
 * @param {Layer} layer
 * @param {string} specifier as written in the import, without a query
 */
export function mayImportPackage(layer, specifier) {
  return layer.packages.some((entry) => {
    if (entry.endsWith('*')) return specifier.startsWith(entry.slice(0, -1));
    return specifier === entry || (!isPathInPackage(entry) && specifier.startsWith(`${entry}/`));
  });
}

/** @param {string} entry */
function isPathInPackage(entry) {
  return entry.split('/').length > (entry.startsWith('@') ? 2 : 1);
}

/**
 * A file's path from the root of the project, with `/` on every system.
 * @param {string} root
 * @param {string} file
 */
export function fromRoot(root, file) {
  return path.relative(root, file).split(path.sep).join('/');
}
