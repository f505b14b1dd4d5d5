// What the house checks in every file. The directions between layers are in scripts/layers.js; rules of our own, whose
// messages say what breaks and what to do, in scripts/lint. A rule is changed here, for everybody, never by a comment.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { directions } from './scripts/lint/directions.js';
import { fileNames } from './scripts/lint/file-names.js';
import { foreignAwait } from './scripts/lint/foreign-await.js';
import { functionLines } from './scripts/lint/function-lines.js';
import { fromOutside } from './scripts/lint/from-outside.js';
import { noSilencing } from './scripts/lint/no-silencing.js';
import { openingComment } from './scripts/lint/opening-comment.js';
import { wordsInCode } from './scripts/lint/words-in-code.js';

const house = {
  rules: {
    directions,
    'file-names': fileNames,
    'foreign-await': foreignAwait,
    'function-lines': functionLines,
    'from-outside': fromOutside,
    'no-silencing': noSilencing,
    'opening-comment': openingComment,
    'words-in-code': wordsInCode,
  },
};

const SETTINGS = ['*.config.{js,ts}', '.dependency-cruiser.cjs'];
const TESTS = ['**/*.test.ts', 'tests/**'];

/** Syntax nobody needs here, each with what to do instead. */
const syntax = {
  defaultExport: {
    selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
    message: 'A default export has another name in every file that imports it. Export it by its own name.',
  },
  barrel: {
    selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
    message: 'A barrel hides who uses what and loads it all. Let the importer name the file it needs.',
  },
  abstractClass: {
    selector: 'ClassDeclaration[abstract=true], TSAbstractMethodDefinition',
    message:
      'No classes as bases: write a port (an interface that states its guarantees) and functions that take it.',
  },
  baseClass: {
    selector:
      ':matches(ClassDeclaration, ClassExpression)[superClass]:not([superClass.name=/^(\\w*Error|Dexie)$/])',
    message:
      'No classes as bases: only an error and Dexie’s database are extended. Compose functions instead.',
  },
  timedAssertion: {
    selector:
      'CallExpression[callee.property.name=/^toBeLessThan(OrEqual)?$/] > MemberExpression CallExpression[callee.property.name="now"]',
    message:
      'A loaded machine breaks it. Say what must come before what; how long it takes, a bench measures beside its reference.',
  },
  rawHtml: {
    selector: 'AssignmentExpression > MemberExpression.left[property.name=/^(innerHTML|outerHTML|srcdoc)$/]',
    message:
      'Text put in as HTML runs as code when a resident’s name has a tag in it. Use `textContent`, or markup.',
  },
  rawHtmlCall: {
    selector: 'CallExpression[callee.property.name=/^(insertAdjacentHTML|createContextualFragment)$/]',
    message:
      'Text put in as HTML runs as code when a resident’s name has a tag in it. Use `textContent`, or markup.',
  },
  newerThanNode: {
    selector:
      'CallExpression[callee.property.name=/^(withResolvers|groupBy|fromAsync|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)$/]',
    message: 'Neither Node 20 nor Chromium 100 has this method, though TypeScript knows it: write it out.',
  },
  iteratorMethod: {
    selector:
      'CallExpression[callee.property.name=/^(map|filter|flatMap|reduce|some|every|find|forEach|take|drop|toArray)$/] > MemberExpression.callee > CallExpression.object[callee.property.name=/^(values|keys|entries)$/]:not([callee.object.name=/^(Object|z)$/])',
    message:
      'Neither Node 20 nor Chromium 100 has methods on iterators: spread it first (`[...map.values()]`).',
  },
};
const { defaultExport, ...otherSyntax } = syntax;

/** What TypeScript knows and the oldest browser we serve does not. */
const tooNew = [
  {
    selector: 'CallExpression[callee.property.name=/^(toSorted|toReversed|toSpliced)$/]',
    message: 'Chromium 100 has no such method: copy first (`[...rows].sort()`).',
  },
  {
    selector: 'MemberExpression[object.name="AbortSignal"][property.name=/^(timeout|any)$/]',
    message: 'Chromium 100 has no such method: use an AbortController and a timer.',
  },
  {
    selector: 'MemberExpression[object.name="URL"][property.name=/^(canParse|parse)$/]',
    message: 'Chromium 100 has no such method: catch what `new URL()` throws.',
  },
];

export default defineConfig(
  {
    ignores: [
      '.svelte-kit/',
      'build/',
      '.cache/',
      'data/',
      'bench/',
      'src/messages/compiled/',
      'project.inlang/',
      'test-results/',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    plugins: { house },
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'house/directions': 'error',
      'house/file-names': 'error',
      'house/foreign-await': 'error',
      'house/function-lines': 'error',
      'house/no-silencing': 'error',
      'house/opening-comment': 'error',
      'house/words-in-code': 'error',
      'no-restricted-syntax': ['error', ...Object.values(syntax)],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', { max: 3 }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      // With noUncheckedIndexedAccess an index just checked is asserted; the other assertions are caught by review.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Served from the root of its own origin, always: there is no base path to add.
      'svelte/no-navigation-without-resolve': 'off',
      // Its directives would turn rules off from markup.
      'svelte/comment-directive': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { 'svelte/no-at-html-tags': 'error' },
  },
  {
    // Rules that ask TypeScript: a promise nobody waits for is a save nobody knows of.
    files: ['src/**/*.ts'],
    ignores: ['**/*.svelte.ts', 'src/service-worker/**'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/lib/{domain,protocol,sync}/**/*.ts'],
    ignores: TESTS,
    rules: { 'house/from-outside': 'error' },
  },
  {
    files: ['src/**'],
    ignores: ['src/lib/server/**', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', ...Object.values(syntax), ...tooNew] },
  },
  { files: ['src/routes/**/+page.svelte'], rules: { 'max-lines': ['error', { max: 120 }] } },
  {
    files: SETTINGS,
    rules: {
      'no-restricted-syntax': ['error', ...Object.values(otherSyntax)],
      'house/opening-comment': 'off',
    },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', { max: 500 }],
      'house/function-lines': 'off',
      'max-params': 'off',
      // Playwright reads which fixtures a test wants from its first parameter, and takes only a pattern.
      'no-empty-pattern': 'off',
      'house/opening-comment': 'off',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    // Declarations of others' shapes are theirs, not ours.
    files: ['**/*.d.ts'],
    rules: {
      'house/opening-comment': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
);
