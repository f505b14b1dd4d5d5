// The name of a release: the commit it was built from, with a mark of what is not committed. Two builds of the
// same tree have the same name; every change has a new one, so that the service worker never keeps an old shell.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const BUILT_FROM = [
  'src',
  'static',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'scripts/content-security.js',
  'scripts/messages.ts',
  'project.inlang/settings.json',
];
const NOT_SOURCE = /(^|\/)(compiled|node_modules)(\/|$)|\.test\.ts$/;

/** @param {string} place @returns {string[]} */
function filesBelow(place) {
  if (!existsSync(place) || NOT_SOURCE.test(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const full = path.posix.join(place, entry.name);
    return entry.isDirectory() ? filesBelow(full) : NOT_SOURCE.test(full) ? [] : [full];
  });
}

/** A digest of everything a build is made from, 12 hex digits. */
export function sourceDigest(root = process.cwd()) {
  const hash = createHash('sha256');
  for (const file of BUILT_FROM.flatMap((place) => filesBelow(place)).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

/** The release's name: `<commit>-<digest>`, or the digest alone outside a git checkout. */
export function release() {
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${commit.toString().trim()}-${sourceDigest()}`;
  } catch {
    return sourceDigest();
  }
}
