// The words of the screens, from the catalogue itself: a journey breaks when a screen does, not when a sentence is bettered.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const CATALOGUES = ['app', 'field', 'forms', 'shift', 'desk'];

const words = new Map<string, string>(
  CATALOGUES.flatMap((name) => {
    const file = path.resolve(import.meta.dirname, `../../src/messages/zh-CN/${name}.json`);
    return Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  }),
);

/** The message of this key with its places filled; throws for a key that is not there. */
export function say(key: string, places: Readonly<Record<string, string | number>> = {}): string {
  const message = words.get(key);
  if (message === undefined) throw new Error(`there is no message ${key}`);
  return message.replace(/\{(\w+)\}/g, (_, place: string) => String(places[place] ?? `{${place}}`));
}

/** A pattern that fits the message whatever stands in its places. */
export function saying(key: string): RegExp {
  const parts = say(key).split(/\{\w+\}/);
  return new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.+?'));
}
