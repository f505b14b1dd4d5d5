// Reading and writing a part of a document by its name (field-paths.ts). Writing copies; undefined takes the part away.
import { mapOf, partsOf, type Body } from './field-paths.ts';

export function readAt(body: Body, path: string): unknown {
  return partsOf(path).reduce<unknown>((value, part) => mapOf(value)[part], body);
}

export function writtenAt(body: Body, path: string, value: unknown): Record<string, unknown> {
  return written(body, partsOf(path), value);
}

function written(body: Body, [part, ...rest]: string[], value: unknown): Record<string, unknown> {
  if (part === undefined) return { ...body };
  const inner = rest.length === 0 ? value : written(mapOf(body[part]), rest, value);
  if (inner !== undefined) return { ...body, [part]: inner };
  const { [part]: _gone, ...others } = body;
  return others;
}
