// What no single file shows: circles, and layers that meet through a third. Single directions are ESLint's
// (scripts/layers.js). Types count: two files that need each other's types are one concept, or lack a third file.
const nowhere = '^$';

/** @param {string} from @param {string} to */
const neverMeet = (from, to) => ({
  name: `${from}-never-meets-${to}`,
  severity: 'error',
  comment: `${from} reaches ${to} through other files: were the server to know what a visit is, Apache CouchDB could not replace it.`,
  from: { path: `^src/lib/${from}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^src/lib/${to}/`, reachable: true },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment:
        'A circle of imports: which file runs first depends on who asks. Move what both need into a file of its own.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'An import that leads nowhere is not seen by the other rules.',
      from: {},
      to: {
        couldNotResolve: true,
        pathNot: '^(\\$app|\\$env|\\$service-worker|\\./\\$types)|messages/compiled',
      },
    },
    {
      name: 'product-not-on-dev-dependencies',
      severity: 'error',
      comment: 'What ships may not need a package that is installed for tests only.',
      from: { path: '^src/', pathNot: '\\.(test|d)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    neverMeet('server', 'domain'),
    neverMeet('domain', 'server'),
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'src/messages/compiled'] },
    exclude: { path: ['^\\.svelte-kit/', '^build/', '^data/', nowhere] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'types', 'import', 'node', 'browser', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.d.ts', '.json'],
    },
  },
};
