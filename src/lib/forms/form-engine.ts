// Where the form engine comes from. Invariant: nothing of it is loaded before a form opens or a screen asks for it ahead
// of time; it is a third of a megabyte, and its WebAssembly needs `wasm-unsafe-eval`, never `unsafe-eval`.
import type { EngineRoot } from './engine-nodes.ts';
import { readDefinition } from './form-definition.ts';

/** Turns a plain object into one whose changes are seen by whoever draws it; the identity will do where nobody does. */
export type StateFactory = <T extends object>(initial: T) => T;

/** The platform's module cache keeps it, so that asking twice loads once. */
const loadEngine = () => import('@getodk/xforms-engine');

/** Loads engine and definitions, so that the first form opens at once. Call it when the screen has nothing else to do. */
export async function preloadFormEngine(): Promise<void> {
  await Promise.all([loadEngine(), readDefinition('f1'), readDefinition('f2')]);
}

export interface EngineStart {
  xml: string;
  /** Secondary instances by name (`jr://instance/NAME`), as XML. */
  parameters: Readonly<Record<string, string>>;
  stateFactory: StateFactory;
}

/** A new, empty instance of a form. Throws where the definition is wrong: that is a fault of ours, not of who fills it in. */
export async function startEngine({ xml, parameters, stateFactory }: EngineStart): Promise<EngineRoot> {
  const engine = await loadEngine();
  const form = await engine.loadForm(xml, {
    fetchFormAttachment: (url) => {
      const parameter = parameters[url.href.replace('jr://instance/', '')];
      if (parameter === undefined) throw new Error(`the form asks for ${url.href}, which nobody passes in`);
      return Promise.resolve(new Response(parameter, { headers: { 'content-type': 'text/xml' } }));
    },
  });
  if (form.status === 'failure')
    throw new Error(`form definition: ${form.error.message}`, { cause: form.error });
  return form.createInstance({ stateFactory }).root as unknown as EngineRoot;
}
