import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeLock, holesOf, type Lock } from '../../scripts/complete-lock.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe.each(['package-lock.json', 'tests/bench/package-lock.json'])('%s', (file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8');

  it('has no hole at which `npm ci` would stop (npm run lock closes them)', () => {
    expect(holesOf(JSON.parse(text) as Lock)).toEqual([]);
  });

  it('names no registry, so that any mirror serves', () => {
    expect(text).not.toMatch(/"resolved": "http/);
  });
});

describe('completeLock', () => {
  const lock: Lock = {
    packages: {
      '': {},
      'node_modules/bundler': {
        version: '4.0.0',
        optionalDependencies: {
          '@b/linux-x64-gnu': '4.0.0',
          '@b/linux-ppc64-musl': '4.0.0',
          '@b/darwin-arm64': '4.0.0',
        },
      },
      'node_modules/bundler/node_modules/@b/darwin-arm64': { version: '4.0.0' },
      'node_modules/@b/linux-x64-gnu': { version: '4.0.0' },
    },
  };

  it('adds what is missing for another platform, and only that', () => {
    expect(holesOf(lock)).toEqual([['@b/linux-ppc64-musl', '4.0.0']]);
    const { packages } = completeLock(lock);
    expect(packages['node_modules/@b/linux-ppc64-musl']).toEqual({
      version: '4.0.0',
      cpu: ['ppc64'],
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(Object.keys(packages)).toHaveLength(5);
    expect(holesOf(completeLock(lock))).toEqual([]);
  });

  it('does not invent a package that is for every platform, or a version that is a range', () => {
    const wants = (name: string, version: string): Lock => ({
      packages: { 'node_modules/a': { version: '1.0.0', optionalDependencies: { [name]: version } } },
    });
    expect(() => completeLock(wants('fsevents', '2.3.3'))).toThrow(/npm install it/);
    expect(() => completeLock(wants('@b/linux-x64', '^4.0.0'))).toThrow(/npm install it/);
  });
});
