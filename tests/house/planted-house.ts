// A copy of the house's rules in a folder of its own, with files planted in it: what the guard says of them is what it
// would say here. Nothing of the copy is the guard's own: ESLint, dependency-cruiser, knip and tsc run as they are.
import { ESLint } from 'eslint';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');
const RULES = [
  ...['eslint.config.js', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.pure.json'],
  ...['.dependency-cruiser.cjs', 'knip.jsonc', 'svelte.config.js', 'vite.config.ts', 'vitest.config.ts'],
];
/** What `svelte-kit sync` writes, as far as the rules need it. */
const KITS_TSCONFIG = {
  compilerOptions: {
    module: 'esnext',
    moduleResolution: 'bundler',
    noEmit: true,
    verbatimModuleSyntax: true,
  },
  include: ['../src/**/*.ts', '../src/**/*.svelte', '../tests/**/*.ts'],
};

export type PlantedHouse = {
  root: string;
  /** The complaints of ESLint about each planted file, as `rule: message`. */
  lint(): Promise<Map<string, string[]>>;
  /** Runs a program of node_modules/.bin in the copy; its words, whatever its exit code. */
  run(program: string, args: string[]): Promise<{ exitCode: number; output: string }>;
  tearDown(): void;
};

/** Makes a copy of the rules and plants `files` (path → text) in it. */
export function plantHouse(files: Record<string, string>): PlantedHouse {
  const root = mkdtempSync(path.join(tmpdir(), 'planted-house-'));
  for (const rule of RULES) cpSync(path.join(ROOT, rule), path.join(root, rule), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  write(root, '.svelte-kit/tsconfig.json', JSON.stringify(KITS_TSCONFIG));
  for (const [file, text] of Object.entries(files)) write(root, file, text);
  return {
    root,
    lint: () => lint(root),
    run: (program, args) => run(root, program, args),
    tearDown: () => rmSync(root, { recursive: true }),
  };
}

function write(root: string, file: string, text: string): void {
  mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

async function lint(root: string): Promise<Map<string, string[]>> {
  const results = await new ESLint({ cwd: root }).lintFiles(['src']);
  return new Map(
    results.map((result) => [
      path.relative(root, result.filePath),
      // Without a rule, and not fatal: ESLint saying that an inline comment has no effect here.
      result.messages
        .filter((each) => each.ruleId ?? each.fatal)
        .map((message) => `${message.ruleId}: ${message.message}`),
    ]),
  );
}

async function run(root: string, program: string, args: string[]) {
  const binary = path.join(ROOT, 'node_modules/.bin', program);
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, args, { cwd: root, maxBuffer: 32_000_000 });
    return { exitCode: 0, output: stdout + stderr };
  } catch (cause) {
    const ended = cause as { code: number; stdout: string; stderr: string };
    return { exitCode: ended.code, output: ended.stdout + ended.stderr };
  }
}
