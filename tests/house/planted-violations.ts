// One file for each thing the house forbids, with the rule that must speak up; and beside them the rightful neighbours
// that must pass. `rule` is the only rule that may complain about the file.
export type Planted = { breaks: string; file: string; text: string; rule: string; says?: RegExp };
export type Rightful = { allows: string; file: string; text: string };

const script = (code: string) => `<!-- Planted. -->\n<script lang="ts">\n  ${code}\n</script>\n`;
const transaction = (body: string) =>
  `// Planted.\nimport type { Database } from './database.ts';\nexport async function save(db: Database, row: string) {\n` +
  `  await db.transaction('rw', db.edits, async () => {\n    ${body}\n  });\n}\n`;
const method = (number: number) => `  save${number}() {\n${statements(30)}  },\n`;
const statements = (count: number) => 'console.log(1);\n'.repeat(count);

export const plantedViolations: Planted[] = [
  // Packages and modules
  ...[
    ['domain takes a database', 'domain', 'dexie', /dexie/],
    ['domain loads all of zod', 'domain', 'zod', /zod\/mini/],
    ['sync knows Dexie', 'sync', 'dexie', /behind a port/],
    ['components fetch through comlink', 'components', 'comlink', /packages are/],
    ['the server draws screens', 'server', 'svelte', /packages are/],
    ['storage reads messages', 'storage', '#messages', /packages are/],
    ['device ties itself to Kit', 'device', '$app/state', /packages are/],
    ['protocol reads files', 'protocol', 'node:fs', /Only server runs in Node/],
    ['device reads files by the old name', 'device', 'fs/promises', /Only server runs in Node/],
    ['a layer goes by Kit’s alias', 'storage', '$lib/domain/visit.ts', /#lib/],
    ['code that ships imports a test’s builder', 'storage', '#tests/fixtures/people.ts', /not shipped/],
    ['code that ships imports a script', 'server', '../../../scripts/roster.ts', /not shipped/],
    ['an extension is left out', 'sync', '#lib/domain/visit', /Name the whole file/],
    ['a neighbour’s extension is left out', 'sync', './push', /Name the whole file/],
    ['a layer is entered by a relative path', 'sync', '../domain/visit.ts', /#lib\/domain\/visit\.ts/],
    ['a layer names itself', 'sync', '#lib/sync/push.ts', /relative/],
    ['a layer is left by way of #lib', 'domain', '#lib/domain/../server/router.ts', /may not import server/],
  ].map(([breaks, layer, specifier, says], number) => ({
    breaks: String(breaks),
    file: `src/lib/${layer}/planted-${number}.ts`,
    text: `// Planted.\nimport { thing } from '${specifier}';\nexport const used = thing;\n`,
    rule: 'house/directions',
    says: says as RegExp,
  })),
  {
    breaks: 'a screen uses stores that the next Kit has not',
    file: 'src/routes/stores.svelte',
    text: script(`import { page } from '$app/stores';\n  console.log(page);`),
    rule: 'house/directions',
    says: /\$app\/state/,
  },
  {
    breaks: 'a room nobody planned',
    file: 'src/lib/extras/thing.ts',
    text: '// Planted.\nexport const thing = 1;\n',
    rule: 'house/directions',
    says: /in no room/,
  },
  {
    breaks: 'a module’s name is computed',
    file: 'src/lib/device/computed.ts',
    text: '// Planted.\nexport const load = (name: string) => import(name) as Promise<unknown>;\n',
    rule: 'house/directions',
    says: /Write the module’s name out/,
  },
  // What leaves IndexedDB inside a transaction
  ...[
    [
      'waits for WebCrypto',
      `await db.edits.put(await crypto.subtle.digest('SHA-256', row));`,
      /crypto|subtle/,
    ],
    [
      'waits for WebCrypto by another name',
      `const { subtle } = crypto; await db.edits.put(await subtle.encrypt(row, row, row));`,
      /subtle/,
    ],
    ['seals', `await db.edits.put(await seal(row));`, /Seal or fetch before/],
    [
      'unseals through a vault',
      `const plain = await db.vault.unseal(row); await db.edits.put(plain);`,
      /unseal/,
    ],
    ['seals many at once', `await Promise.all([row].map((each) => sealRecord(each)));`, /sealRecord/],
    ['asks the network', `await fetch('/db/' + row);`, /fetch/],
    ['hides the waiting in Dexie.waitFor', `await Dexie.waitFor(seal(row));`, /seal/],
    ['does not even wait', `void sealRecord(row);`, /sealRecord/],
    ['does it in a function of the same file', `await sealedPut(row);`, /sealedPut/],
  ].map(([breaks, body, says], number) => ({
    breaks: `a transaction ${String(breaks)}`,
    file: `src/lib/storage/transaction-${number}.ts`,
    text:
      transaction(String(body)) +
      'declare const Dexie: { waitFor(work: Promise<string>): Promise<string> };\n' +
      'declare function seal(row: string): Promise<string>;\ndeclare function sealRecord(row: string): Promise<string>;\n' +
      'export async function sealedPut(row: string) {\n  return (await seal(row)) + (await sealRecord(row)) + String(Dexie);\n}\n',
    rule: 'house/foreign-await',
    says: says as RegExp,
  })),
  {
    breaks: 'a transaction is given a function by name, and that one seals',
    file: 'src/lib/storage/by-name.ts',
    text:
      '// Planted.\ndeclare const db: { transaction(mode: string, work: () => Promise<void>): Promise<void> };\n' +
      'declare function seal(): Promise<void>;\nasync function write() {\n  await seal();\n}\n' +
      `export const save = () => db.transaction('rw', write);\n`,
    rule: 'house/foreign-await',
  },
  // Words
  ...[
    ['a string', `export const label = '已存本机';`],
    ['a template', 'export const label = (n: number) => `未上传 ${n}`;'],
    ['an object’s key', `export const labels = { '没人在家': 1 };`],
  ].map(([breaks, code], number) => ({
    breaks: `Chinese in ${breaks}`,
    file: `src/lib/device/words-${number}.ts`,
    text: `// Planted.\n${code}\n`,
    rule: 'house/words-in-code',
    says: /src\/messages/,
  })),
  ...[
    ['Chinese in markup', '<p>今日</p>'],
    ['English in markup', '<p>Today</p>'],
    ['a label in an attribute', '<button aria-label="Save"></button>'],
    ['Chinese in any attribute', '<p data-word="今日"></p>'],
    ['Chinese in an expression of the markup', `<p>{['今日'].length}</p>`],
  ].map(([breaks, markup], number) => ({
    breaks: String(breaks),
    file: `src/lib/components/words-${number}.svelte`,
    text: `<!-- Planted. -->\n${markup}\n`,
    rule: 'house/words-in-code',
    says: /src\/messages/,
  })),
  // Text that runs
  {
    breaks: '{@html}',
    file: 'src/lib/components/raw.svelte',
    text: `<!-- Planted. -->\n<script lang="ts">\n  let { name }: { name: string } = $props();\n</script>\n\n{@html name}\n`,
    rule: 'svelte/no-at-html-tags',
  },
  ...[
    ['eval', `export const run = (text: string): unknown => eval(text);`, 'no-eval'],
    ['new Function', `export const run = (text: string) => new Function(text);`, 'no-new-func'],
    ['a timer with text', `setTimeout('run()', 1);`, 'no-implied-eval'],
    [
      'innerHTML',
      `export const draw = (e: HTMLElement, t: string) => { e.innerHTML = t; };`,
      'no-restricted-syntax',
    ],
  ].map(([breaks, code, rule], number) => ({
    breaks: String(breaks),
    file: `src/lib/device/runs-${number}.ts`,
    text: `// Planted.\n${code}\n`,
    rule: String(rule),
  })),
  // Shape
  ...[
    ['any', `export const thing = (row: any) => String(row);`, '@typescript-eslint/no-explicit-any'],
    ['a default export', `export default 1;`, 'no-restricted-syntax'],
    [
      'a default export by another way',
      `const thing = 1;\nexport { thing as default };`,
      'no-restricted-syntax',
    ],
    ['a barrel', `export * from './visit.ts';`, 'no-restricted-syntax'],
    ['a barrel of names', `export { visit } from './visit.ts';`, 'no-restricted-syntax'],
    [
      'a method that Chromium 100 has not',
      `export const f = (rows: number[]) => rows.toSorted();`,
      'no-restricted-syntax',
    ],
    [
      'a signal that Chromium 100 has not',
      `export const s = () => AbortSignal.timeout(1);`,
      'no-restricted-syntax',
    ],
    ['a method that Node 20 has not', `export const w = Promise.withResolvers();`, 'no-restricted-syntax'],
    [
      'a method on an iterator',
      `export const f = (m: Map<1, 2>) => m.values().map(String);`,
      'no-restricted-syntax',
    ],
    ['a base class', `export abstract class Store {\n  size = 1;\n}`, 'no-restricted-syntax'],
    [
      'a class that extends',
      `class A {\n  a = 1;\n}\nexport class B extends A {\n  b = 1;\n}`,
      'no-restricted-syntax',
    ],
    [
      'a promise nobody waits for',
      `const save = async () => 1;\nexport const tap = () => { save(); };`,
      '@typescript-eslint/no-floating-promises',
    ],
    ['a silenced rule', `// eslint-disable-next-line no-eval\nexport const thing = 1;`, 'house/no-silencing'],
    [
      'four parameters',
      `export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;`,
      'max-params',
    ],
    ['a long function', `export function long() {\n${statements(51)}}`, 'house/function-lines'],
    [
      'a factory that is all',
      `export function all() {\n${'  const f = () => {\n    console.log(1);\n  };\n  f();\n'.repeat(40)}}`,
      'house/function-lines',
    ],
    ['a long file', statements(300), 'max-lines'],
  ].map(([breaks, code, rule], number) => ({
    breaks: String(breaks),
    file: `src/lib/device/shape-${number}.ts`,
    text: `// Planted.\n${code}\n`,
    rule: String(rule),
  })),
  {
    breaks: 'a file that does not say what it is',
    file: 'src/lib/device/silent.ts',
    text: 'export const thing = 1;\n',
    rule: 'house/opening-comment',
  },
  {
    breaks: 'a component that does not say what it is',
    file: 'src/lib/components/silent.svelte',
    text: '<p>1</p>\n',
    rule: 'house/opening-comment',
  },
  {
    breaks: 'a rule silenced in markup',
    file: 'src/lib/components/silenced.svelte',
    text: '<!-- Planted. -->\n<!-- eslint-disable house/words-in-code -->\n<p>1</p>\n',
    rule: 'house/no-silencing',
  },
  {
    breaks: 'a page that does more than arrange',
    file: 'src/routes/long/+page.svelte',
    text: `<!-- Planted. -->\n${'<p>1</p>\n'.repeat(121)}`,
    rule: 'max-lines',
  },
  { breaks: 'a long test', file: 'src/lib/sync/long.test.ts', text: statements(501), rule: 'max-lines' },
  ...['src/lib/domain/utils.ts', 'src/lib/device/sync-manager.ts', 'src/lib/domain/helpers/dates.ts'].map(
    (file) => ({
      breaks: `the name ${file}`,
      file,
      text: '// Planted.\nexport const thing = 1;\n',
      rule: 'house/file-names',
      says: /says nothing/,
    }),
  ),
  {
    breaks: 'an index',
    file: 'src/lib/sync/index.ts',
    text: '// Planted.\nexport const a = 1;\n',
    rule: 'house/file-names',
  },
  {
    breaks: 'camelCase',
    file: 'src/lib/sync/pullPage.ts',
    text: '// Planted.\nexport const a = 1;\n',
    rule: 'house/file-names',
  },
  // What comes from outside
  ...[
    ['the clock', 'domain', `export const now = () => Date.now();`],
    ['today', 'domain', `export const now = () => new Date();`],
    ['chance', 'protocol', `export const id = () => Math.random();`],
    ['an id', 'sync', `export const id = () => crypto.randomUUID();`],
    ['the screen', 'sync', `export const isSeen = () => document.visibilityState;`],
    ['what is remembered elsewhere', 'sync', `export const last = () => localStorage.getItem('last');`],
  ].map(([breaks, layer, code], number) => ({
    breaks: `${layer} takes ${breaks} by itself`,
    file: `src/lib/${layer}/outside-${number}.ts`,
    text: `// Planted.\n${code}\n`,
    rule: 'house/from-outside',
  })),
  {
    breaks: 'a test that fails where the machine is loaded',
    file: 'src/lib/domain/timed.test.ts',
    rule: 'no-restricted-syntax',
    says: /loaded machine/,
    text: `import { expect } from 'vitest';\nconst started = Date.now();\nexpect(Date.now() - started).toBeLessThan(500);\n`,
  },
];

export const rightful: Rightful[] = [
  {
    allows: 'a transaction that only touches tables, after sealing',
    file: 'src/lib/storage/rightful.ts',
    text:
      `// Planted.\nimport type { Visit } from '#lib/domain/visit.ts';\nimport { table } from './table.ts';\n` +
      'declare function seal(visit: Visit): Promise<string>;\n' +
      'declare const db: { transaction(mode: string, work: () => Promise<void>): Promise<void> };\n' +
      `export async function save(visit: Visit) {\n  const sealed = await seal(visit);\n` +
      `  await db.transaction('rw', async () => {\n    await table.put(sealed);\n  });\n  await fetch('/db');\n}\n`,
  },
  {
    allows: 'words from the catalogue, codes and numbers in markup',
    file: 'src/lib/components/rightful.svelte',
    text:
      `<!-- Planted. -->\n<script lang="ts">\n  import { m } from '#messages';\n` +
      `  import type { Question } from '#lib/forms/question.ts';\n  let { question }: { question: Question } = $props();\n</script>\n\n` +
      `<p class="line" data-code="x">{m.app_name()} {question.count} / 12 ✓</p>\n<style>\n  .line { color: red; }\n</style>\n`,
  },
  {
    allows: 'Chinese as the words of a code',
    file: 'src/lib/domain/code-sets/sex.ts',
    text: `// Planted.\nexport const sex = [{ code: '1', word: '男' }];\n`,
  },
  {
    allows: 'Chinese in what reads input',
    file: 'src/lib/domain/room-number.ts',
    text: `// Planted.\nexport const isRoom = (text: string) => /\\d栋/.test(text);\n`,
  },
  {
    allows: 'Chinese, long functions and every import in a test',
    file: 'src/lib/domain/rightful.test.ts',
    text: `import { router } from '#lib/server/router.ts';\nexport const word = ['李', router];\n`,
  },
  {
    allows: 'Node and its store for the server',
    file: 'src/lib/server/rightful.ts',
    text: `// Planted.\nimport { createServer } from 'node:http';\nimport leveldb from 'pouchdb-adapter-leveldb';\nimport { path } from '#lib/protocol/revision.ts';\nexport const used = [createServer, leveldb, path];\n`,
  },
  {
    allows: 'a page of a group and with a parameter',
    file: 'src/routes/(field)/visit/[id]/+page.svelte',
    text: `<!-- Planted. -->\n<script lang="ts">\n  import { page } from '$app/state';\n  import type { PageData } from './$types';\n  import '../../../../app.css';\n  let { data }: { data: PageData } = $props();\n</script>\n\n<p>{page.params.id} {data}</p>\n`,
  },
  {
    allows: 'an error of one’s own',
    file: 'src/lib/protocol/wire-error.ts',
    text: `// Planted.\nexport class WireError extends Error {\n  status = 400;\n}\n`,
  },
  {
    allows: 'a factory of short methods',
    file: 'src/lib/storage/factory.ts',
    text: `// Planted.\nexport const open = () => ({\n${method(1)}${method(2)}});\n`,
  },
  {
    allows: 'a time that is handed in',
    file: 'src/lib/domain/rightful-time.ts',
    text: `// Planted.\nexport const day = (now: string) => new Date(now).toISOString();\nexport const all = (o: object) => Object.values(o).map(String);\n`,
  },
];
