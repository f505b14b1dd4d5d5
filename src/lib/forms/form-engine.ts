// Where the form engine comes from. Invariant: nothing of it is loaded before a form opens or a screen asks for it ahead
// of time; it is a third of a megabyte, and its WebAssembly needs `wasm-unsafe-eval`, never `unsafe-eval`.
import type { EngineRoot } from './engine-nodes.ts';
import { readDefinition } from './form-definition.ts';
import { formParameters } from './form-parameters.ts';
import { letXmlBeRead } from './trusted-xml.ts';

/** Turns a plain object into one whose changes are seen by whoever draws it; the identity will do where nobody does. */
export type StateFactory = <T extends object>(initial: T) => T;

/** The platform's module cache keeps it, so that asking twice loads once. */
const loadEngine = () => {
  letXmlBeRead();
  return import('@getodk/xforms-engine');
};

/**
 * Loads the engine and runs each form once for nobody, so that the first form opens as fast as the tenth: reading a
 * definition for the first time takes five times as long. Call it when the screen has nothing else to do and nobody types:
 * it gives way between its steps, and the longest of them takes a third of a second on a slow tablet. Once, however often
 * it is called.
 */
export const preloadFormEngine = (): Promise<void> => (preloaded ??= preload());

let preloaded: Promise<void> | undefined;

async function preload(): Promise<void> {
  const parameters = formParameters({ now: '1970-01-01T00:00:00.000Z', members: [] }, []);
  await loadEngine();
  for (const name of ['f2', 'f1'] as const) {
    await new Promise((resolve) => setTimeout(resolve));
    const { xml } = await readDefinition(name);
    await startEngine({ xml, parameters, stateFactory: (initial) => initial });
  }
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
