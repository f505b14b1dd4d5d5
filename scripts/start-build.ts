// The built app, made anew where its source has changed since. Invariant: what is served was built from what lies here;
// the stamp is written last, so that a build cut short is not taken for whole.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourceDigest } from './release.js';
import { StartError } from './start-error.ts';
import { runStep } from './step.ts';
import type { Listener } from './web-server.ts';

const STAMP = path.join('build', 'source-digest');

/** Builds where needed, telling so first. Works in the current folder, the project's. */
export async function ensureBuild(onBuild: () => void): Promise<void> {
  const digest = sourceDigest();
  const built = await readFile(STAMP, 'utf8').catch(() => '');
  if (built === digest) return;
  onBuild();
  const result = await runStep({ name: 'build', command: 'tsx', args: ['scripts/build.ts', '--quiet'] });
  if (result.exitCode !== 0) throw new StartError({ kind: 'build', output: result.output });
  await writeFile(STAMP, digest);
}

/** Kit's handler for everything that is not `/db`. */
export async function loadApp(): Promise<Listener> {
  const built = pathToFileURL(path.resolve('build', 'handler.js')).href;
  const { handler } = (await import(built)) as { handler: Listener };
  return handler;
}
