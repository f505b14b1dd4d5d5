// Closes holes in package-lock.json. A registry's mirror may lack what other platforms need (rollup for a Mac), and npm
// then leaves those packages out of the lock without a word, until `npm ci` stops at it. Every optional package is pinned
// to one version by the package that wants it, so its entry can be written without asking anybody.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

type LockEntry = {
  version?: string;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
};
export type Lock = { packages: Record<string, LockEntry> };

const SYSTEMS = 'aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32';
const PROCESSORS = 'arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64';

/** Optional packages that some package wants and the lock does not have, as `[name, version]`. */
export function holesOf(lock: Lock): [name: string, version: string][] {
  const wanted = Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.entries(entry.optionalDependencies ?? {}).filter(([name]) => !isFound(lock, place, name)),
  );
  return [...new Map(wanted)];
}

/** Whether Node, looking upwards from a place in node_modules, would find a package. */
function isFound(lock: Lock, place: string, name: string): boolean {
  for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${from}${from ? '/' : ''}node_modules/${name}`]) return true;
    if (!from.includes('/node_modules/')) return Boolean(lock.packages[`node_modules/${name}`]);
  }
}

/** What npm would have written of a package for another platform. Throws where it is not one. */
function entryFor(name: string, version: string): LockEntry {
  const [, system] = new RegExp(`[-/](${SYSTEMS})(-|$)`).exec(name) ?? [];
  const [, processor] = new RegExp(`[-/](${PROCESSORS})(-|$)`).exec(name) ?? [];
  if (!/^\d+\.\d+\.\d+/.test(version) || (!system && !processor)) {
    throw new Error(
      `${name}@${version} is missing from the lock, and is no package for another platform: npm install it`,
    );
  }
  return {
    version,
    ...(processor && { cpu: [processor] }),
    ...(/-(gnu|musl)/.test(name) && { libc: [name.includes('musl') ? 'musl' : 'glibc'] }),
    optional: true,
    ...(system && { os: [system] }),
  };
}

/** The lock with its holes closed, in npm's own order. */
export function completeLock(lock: Lock): Lock {
  const added = holesOf(lock).map(
    ([name, version]) => [`node_modules/${name}`, entryFor(name, version)] as const,
  );
  const packages = { ...lock.packages, ...Object.fromEntries(added) };
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const file of ['package-lock.json', 'tests/bench/package-lock.json']) {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
    const holes = holesOf(lock);
    if (holes.length > 0) writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
    console.log(`${file}: ${holes.length} holes closed`);
  }
}
