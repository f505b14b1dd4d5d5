import { describe, expect, it } from 'vitest';
import { faultLine } from './fault-line.ts';

const NAME = '王桂兰';

/** An error whose stack is as V8 writes it. */
function anError(message: string, frames: string[], name = 'TypeError'): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = [`${name}: ${message}`, ...frames].join('\n');
  return error;
}

describe('the line about a fault', () => {
  it('names the kind and the places, never the message', () => {
    const error = anError(`no room for ${NAME}`, [
      '    at save (https://street.example/_app/immutable/nodes/4.Bx1.js:12:34)',
      '    at https://street.example/_app/immutable/chunks/abc.js:1:2',
    ]);
    expect(faultLine(error)).toBe('TypeError at 4.Bx1.js:12:34 abc.js:1:2');
  });

  it('leaves out every line of a message that has several', () => {
    const message = `cannot read\n${NAME} 110105199003070026\n    at ${NAME} (typed.js:1:1)\n3-2-501`;
    const said = faultLine(anError(message, ['    at f (https://street.example/a.js:5:6)']));
    expect(said).toBe('TypeError at a.js:5:6');
  });

  it('keeps of a frame the file alone, whatever its function or address is called', () => {
    const frames = [`    at Object.${NAME} (https://street.example/households/${NAME}/b.js?q=${NAME}:7:8)`];
    expect(faultLine(anError('', frames))).toBe('TypeError');
    expect(faultLine(anError('', [`    at ${NAME} (https://street.example/b.js:7:8)`]))).toBe(
      'TypeError at b.js:7:8',
    );
  });

  it('repeats neither a name somebody gave an error nor a thing that is none', () => {
    expect(faultLine(anError('x', [], `${NAME} 3-2-501`))).toBe('Error');
    expect(faultLine(`${NAME} was not found`)).toBe('string');
    expect(faultLine({ name: NAME })).toBe('object');
  });

  it('says of a real error where it was made', () => {
    expect(faultLine(new RangeError(NAME))).toMatch(/^RangeError at fault-line\.test\.ts:\d+:\d+/);
  });
});
