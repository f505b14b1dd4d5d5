// The message catalogues, compiled: one set of options for the build, the checks and the tests, so that what is tested
// is what ships. Invariant: nothing compiles them with other options.
import { compile, type CompilerOptions } from '@inlang/paraglide-js';

export const messageOptions = {
  project: './project.inlang',
  outdir: './src/messages/compiled',
  strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
  emitTsDeclarations: true,
} satisfies CompilerOptions;

/**
 * Compiles src/messages/{zh-CN,en} into src/messages/compiled, or where a test wants it. Throws where a catalogue cannot be
 * read. The compiler leaves timers of 30 s behind: a command that has nothing else to do ends itself with `process.exit`.
 */
export async function compileMessages(outdir = messageOptions.outdir): Promise<void> {
  await compile({ ...messageOptions, outdir });
}
