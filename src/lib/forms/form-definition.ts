// The forms themselves: XForms as XML, one file each, loaded when a form opens.
import type { FormName } from './form-port.ts';

export interface FormDefinition {
  xml: string;
  /** Of the primary instance; goes into every visit, so that an answer can be read by the questions it answered. */
  version: string;
}

const xmlOf: Record<FormName, () => Promise<{ default: string }>> = {
  f1: () => import('./definitions/f1.xml?raw'),
  f2: () => import('./definitions/f2.xml?raw'),
};

export async function readDefinition(name: FormName): Promise<FormDefinition> {
  const { default: xml } = await xmlOf[name]();
  const version = new RegExp(`<${name} id="${name}" version="([^"]+)"`).exec(xml)?.[1];
  if (!version) throw new Error(`the definition of ${name} has no version`);
  return { xml, version };
}
