import { describe, expect, it } from 'vitest';
import {
  createValidationSandbox,
  type CompiledValidation,
  type ValidationSandbox,
} from './validation-sandbox.ts';

const TIME_MS = 200;

async function compile(
  sandbox: ValidationSandbox,
  text: string,
  rest: object = {},
): Promise<CompiledValidation> {
  const compiled = await sandbox.compile(JSON.stringify({ ...rest, validate_doc_update: text }), 1000);
  if ('outcome' in compiled) throw new Error(`${compiled.error}: ${compiled.reason}`);
  return compiled;
}

const check = (compiled: CompiledValidation, newDoc: unknown, timeMs = TIME_MS) =>
  compiled.check(
    { newDoc: JSON.stringify(newDoc), oldDoc: 'null', userCtx: '{"name":"li","roles":[]}', secObj: '{}' },
    timeMs,
  );

describe('a function of a design document in QuickJS', () => {
  it('takes a document by saying nothing, and refuses it by throwing', async () => {
    const rule = await compile(
      createValidationSandbox(),
      `function (d) { if (!d.by) throw({ forbidden: 'no author' }); }`,
    );
    expect(check(rule, { by: 'li' })).toEqual({ outcome: 'valid' });
    expect(check(rule, {})).toEqual({ outcome: 'refused', error: 'forbidden', reason: 'no author' });
  });

  it('may be an arrow, and may throw an object as its reason', async () => {
    const rule = await compile(
      createValidationSandbox(),
      `(d) => { throw { unauthorized: { field: d.f } }; }`,
    );
    expect(check(rule, { f: 1 })).toEqual({
      outcome: 'refused',
      error: 'unauthorized',
      reason: { field: 1 },
    });
  });

  it('has nothing of the machine in reach', async () => {
    const names = [
      'process',
      'require("fs")',
      'fetch',
      'globalThis.constructor.constructor("return process")()',
      'importScripts',
      'WebAssembly',
    ];
    const sandbox = createValidationSandbox();
    for (const name of names) {
      const rule = await compile(sandbox, `function () { throw({ forbidden: typeof (${name}) }); }`);
      const verdict = check(rule, {});
      const seen = verdict.outcome === 'refused' ? verdict.reason : verdict.outcome;
      expect({ name, seen }).toEqual({ name, seen: expect.stringMatching(/^(undefined|failed)$/) });
    }
  });

  it('that never ends is stopped, and the next one runs', async () => {
    const sandbox = createValidationSandbox();
    const endless = await compile(sandbox, `function (d) { if (d.loop) for (;;); }`);
    const other = await compile(sandbox, `function (d) { if (d.bad) throw({ forbidden: 'bad' }); }`);
    expect(check(endless, { loop: true })).toMatchObject({ outcome: 'failed', error: 'os_process_error' });
    expect([endless.alive(), other.alive()]).toEqual([false, false]);
    const again = await compile(sandbox, `function (d) { if (d.bad) throw({ forbidden: 'bad' }); }`);
    expect(check(again, { bad: 1 })).toMatchObject({ outcome: 'refused' });
  });

  it('may not catch its own end', async () => {
    const sly = await compile(
      createValidationSandbox(),
      `function () { try { for (;;); } catch (e) { return; } }`,
    );
    expect(check(sly, {})).toMatchObject({ outcome: 'failed', error: 'os_process_error' });
  });

  it('is stopped in a pattern that backtracks for ever', async () => {
    const rule = await compile(createValidationSandbox(), `function (d) { /^(a+)+$/.test(d.text); }`);
    expect(check(rule, { text: `${'a'.repeat(40)}!` })).toMatchObject({
      outcome: 'failed',
      error: 'os_process_error',
    });
  });

  it('that wants all memory gets a part of it, and the server stays whole', async () => {
    const sandbox = createValidationSandbox();
    const greedy = await compile(
      sandbox,
      `function () { var all = []; for (;;) all.push(new Array(1000).fill(all.length)); }`,
    );
    expect(check(greedy, {}, 5000)).toMatchObject({ outcome: 'failed' });
    const next = await compile(sandbox, `function () {}`);
    expect(check(next, {})).toEqual({ outcome: 'valid' });
  });

  it('that calls itself without end fails, and the next one runs', async () => {
    const sandbox = createValidationSandbox();
    const deep = await compile(sandbox, `function f(d) { return f(d) + 1; }`);
    expect(check(deep, {})).toMatchObject({ outcome: 'failed' });
    const next = await compile(sandbox, `function () {}`);
    expect(check(next, {})).toEqual({ outcome: 'valid' });
  });

  it('that is no function is told at once', async () => {
    const sandbox = createValidationSandbox();
    for (const text of ['not a function at all', 'function (', '7']) {
      const compiled = await sandbox.compile(JSON.stringify({ validate_doc_update: text }), 1000);
      expect(compiled).toMatchObject({ outcome: 'failed', error: 'compilation_error' });
    }
  });

  it('cannot change what the next document is checked by', async () => {
    const rule = await compile(
      createValidationSandbox(),
      `function (d, o, u) { u.roles.push('_admin'); d.by = 'x'; if (u.roles.length > 1) throw({ forbidden: 'grown' }); }`,
    );
    expect([check(rule, {}), check(rule, {})]).toEqual([{ outcome: 'valid' }, { outcome: 'valid' }]);
  });

  it('checks a thousand documents one after another', async () => {
    const rule = await compile(
      createValidationSandbox(),
      `function (d) { if (typeof d.type !== 'string' || !/^[a-z]+:/.test(d._id)) throw({ forbidden: 'type' }); }`,
    );
    const document = {
      _id: 'visit:1',
      type: 'visit',
      note: '敲门无人应答'.repeat(20),
      list: Array.from({ length: 20 }, (_, n) => ({ n })),
    };
    for (let at = 0; at < 1000; at++) expect(check(rule, document)).toEqual({ outcome: 'valid' });
  });
});
