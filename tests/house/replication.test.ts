import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = 'docs/replication.md';
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Row {
  endpoint: string;
  /** CouchDB's own names in the path: `_changes`. */
  names: string[];
  usedBy: string[];
  tests: string[];
}

const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
const namesIn = (text: string) => [...text.matchAll(/\/(_[a-z_]+)/g)].map((match) => match[1] ?? '');

/** Rows of every table of the page; the first alone says who calls. */
function rowsOf(page: string): Row[] {
  return page
    .split('\n')
    .filter((line) => /^\| `|^\| packed/.test(line))
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim());
      const [endpoint = ''] = cells;
      const tests = (cells.at(-1) ?? '').split(',').map((one) => one.trim().replaceAll('`', ''));
      return {
        endpoint,
        names: namesIn(endpoint),
        usedBy: cells.length === 5 ? codeIn(cells[1] ?? '') : [],
        tests,
      };
    });
}

/** What a file says, without comments: a path named there calls nobody. */
function codeOf(file: string): string {
  return read(file)
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '');
}

const callers = ['src', 'scripts']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true }).map((file) => `${folder}/${String(file)}`),
  )
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => /\.(ts|js|svelte)$/.test(file) && !file.endsWith('.test.ts'))
  // The server itself, Kit's own `/_app` in the service worker, and what paraglide makes.
  .filter((file) => !/^src\/(lib\/server|service-worker|messages\/compiled)\//.test(file));

/** Paths of CouchDB's in a file: in text or a template, at its beginning or after a database. */
const callsIn = (file: string) =>
  [...codeOf(file).matchAll(/(?:['"`}]|\))\/(_[a-z_]+)/g)].map((match) => match[1] ?? '');

const page = read(PAGE);
const rows = rowsOf(page);

describe(PAGE, () => {
  it('has a row for every path of a server that the app calls, and names who calls it', () => {
    const calls = callers.flatMap((file) => callsIn(file).map((name) => ({ file, name })));
    expect(calls.length).toBeGreaterThan(10);
    const untold = calls.filter(
      ({ file, name }) => !rows.some(({ names, usedBy }) => names.includes(name) && usedBy.includes(file)),
    );
    expect(untold).toEqual([]);
  });

  it('names nobody who does not call', () => {
    const told = rows.flatMap(({ names, usedBy }) => usedBy.map((file) => ({ file, names })));
    expect(told.length).toBeGreaterThan(10);
    const wrong = told.filter(
      ({ file, names }) =>
        !existsSync(path.join(ROOT, file)) || !names.every((name) => callsIn(file).includes(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('names tests that exist and that every server is held to', () => {
    const every = read('tests/contract/every-contract.ts');
    const missing = rows
      .flatMap(({ tests }) => tests)
      .filter((test) =>
        test.endsWith('.test.ts')
          ? !existsSync(path.join(ROOT, 'tests/contract', test))
          : !every.includes(`./${test}.contract.ts`),
      );
    expect(missing).toEqual([]);
    expect(rows.every(({ tests }) => tests.length > 0)).toBe(true);
  });

  it('tells of every path the embedded server has, and of those it answers with 501', () => {
    const routes = read('src/lib/server/database-routes.ts');
    const keysOf = (name: string) => {
      const block = new RegExp(`const ${name}[^{]*\\{([^}]*)\\}`).exec(routes)?.[1] ?? '';
      return [...block.matchAll(/^\s*(_[a-z_]+):/gm)].map((match) => match[1] ?? '');
    };
    const served = keysOf('ROUTES');
    expect(served.length).toBeGreaterThan(10);
    const named = new Set(rows.flatMap(({ names }) => names));
    expect(served.filter((name) => !named.has(name))).toEqual([]);
    const refused = keysOf('MISSING_ROUTES');
    expect(refused.length).toBeGreaterThan(3);
    const line = page.split('\n').find((one) => one.startsWith('501 '));
    expect(refused.filter((name) => !line?.includes(`\`${name}\``))).toEqual([]);
  });
});
