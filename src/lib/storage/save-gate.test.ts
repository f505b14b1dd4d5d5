import { expect, it } from 'vitest';
import { newSaveGate } from './save-gate.ts';

it('is clear when every save has ended, well or not, those that began meanwhile among them', async () => {
  const gate = newSaveGate();
  const ends: (() => void)[] = [];
  const save = () => new Promise<string>((resolve) => ends.push(() => resolve('saved')));
  const first = gate.pass(save);
  const failed = gate.pass(() => Promise.reject(new Error('full')));
  let isClear = false;
  const clear = gate.clear().then(() => (isClear = true));
  await expect(failed).rejects.toThrow('full');
  const second = gate.pass(save);
  ends[0]!();
  expect(await first).toBe('saved');
  await Promise.resolve();
  expect(isClear).toBe(false);
  ends[1]!();
  await second;
  await clear;
  expect(isClear).toBe(true);
  await gate.clear();
});
