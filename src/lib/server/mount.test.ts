import { type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { mountServer } from './mount.ts';

describe('a server mounted at /db', () => {
  function ask(url: string): string {
    let said = '';
    const listener = mountServer(
      '/db',
      { handle: (request) => (said = `database ${request.url ?? ''}`) },
      (request) => (said = `other ${request.url ?? ''}`),
    );
    listener(
      { url } as IncomingMessage,
      { setHeader: () => undefined } as unknown as ServerResponse & { req: IncomingMessage },
    );
    return said;
  }

  it('gets what lies below it, as its own paths', () => {
    expect(['/db', '/db/', '/db/a/b?c=1', '/db?x=1'].map(ask)).toEqual([
      'database /',
      'database /',
      'database /a/b?c=1',
      'database /?x=1',
    ]);
  });

  it('gets nothing else', () => {
    for (const url of ['/', '/dbx', '/dba/b', '/x/db', '/DB', '//db/a'])
      expect(ask(url)).toBe(`other ${url}`);
  });
});
