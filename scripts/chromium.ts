// The browser of the tests: found or installed, never skipped. In this order: CHROMIUM_PATH, Debian's /usr/bin/chromium,
// `chromium` on PATH, Debian's package where we may install it, Playwright's own download.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const DEBIANS = '/usr/bin/chromium';

/** Quiet, without a sandbox (containers have none), and never asking the world for anything by itself. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a Chromium that is there, or undefined. Throws if CHROMIUM_PATH names nothing that can be run. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!isProgram(named)) throw new Error(`CHROMIUM_PATH is ${named}, and no program is there`);
    return named;
  }
  const places = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'chromium'));
  return [DEBIANS, ...places, chromium.executablePath()].find(isProgram);
}

/** As `findChromium`, and installs one where there is none. Throws, with what was tried, if there is none after that. */
export function ensureChromium(): string {
  const tried: string[] = [];
  for (const install of [undefined, installDebians, installPlaywrights]) {
    if (install) tried.push(install());
    const found = findChromium();
    if (found) return runsOrThrow(found);
  }
  throw new Error(
    `no Chromium, and none could be installed:\n${tried.join('\n')}\nInstall one, or set CHROMIUM_PATH.`,
  );
}

function installDebians(): string {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return 'apt-get: needs root on Debian';
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const updated = run('apt-get', ['update', '-q'], env);
  // Without a Chinese font every glyph is a box, and a picture of a screen proves nothing.
  const packages = ['chromium', 'fonts-noto-cjk'];
  return `${updated}\n${run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], env)}`;
}

function installPlaywrights(): string {
  return run('node_modules/.bin/playwright', ['install', 'chromium'], {});
}

/** Runs a command to its end and says in a line or two how it went. */
function run(command: string, args: string[], env: Record<string, string>): string {
  console.error(`$ ${command} ${args.join(' ')}`);
  const ended = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (ended.status === 0) return `${command} ${args[0]}: done`;
  return `${command} ${args[0]}: ${ended.error?.message ?? (ended.stderr.trim().split('\n').slice(-2).join(' ') || ended.status)}`;
}

function runsOrThrow(found: string): string {
  const said = spawnSync(found, ['--version', '--no-sandbox'], { encoding: 'utf8', timeout: 60_000 });
  if (said.status === 0) return found;
  throw new Error(`${found} is there but does not run: ${said.error?.message ?? said.stderr.trim()}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(ensureChromium());
