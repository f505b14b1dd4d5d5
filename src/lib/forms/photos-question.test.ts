// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { fill, opened, questionIn } from '#tests/fixtures/filled-form.ts';
import type { OpenForm } from './form-port.ts';

/** On the page where photos are asked for. */
const atThePhotos = async (definition: 'f1' | 'f2', draft?: unknown): Promise<OpenForm> => {
  const form = await opened(definition, draft === undefined ? {} : { draft });
  if (draft === undefined) fill(form, definition === 'f1' ? { result: 'met' } : { knock: 'safe' });
  return form;
};

describe.each(['f1', 'f2'] as const)('photos in %s', (definition) => {
  it('are one question of three at most, that may be left out', async () => {
    const form = await atThePhotos(definition);
    const photos = questionIn(form, 'photos', 'photos');
    expect(photos).toMatchObject({ label: '照片', required: false, atMost: 3, value: [], folded: false });
    expect(form.answers().photos).toBeUndefined();
  });

  it('are answered by their ids, a row each', async () => {
    const form = await atThePhotos(definition);
    const photos = questionIn(form, 'photos', 'photos');
    photos.set(['photo:A', 'photo:B', 'photo:C']);
    expect(photos.value).toEqual(['photo:A', 'photo:B', 'photo:C']);
    photos.set(['photo:A', 'photo:C']);
    expect(photos.value).toEqual(['photo:A', 'photo:C']);
    expect(form.answers().photos).toEqual([{ photo: 'photo:A' }, { photo: 'photo:C' }]);
    photos.set([]);
    expect(form.answers().photos).toBeUndefined();
  });

  it('come back from the draft', async () => {
    const form = await atThePhotos(definition);
    questionIn(form, 'photos', 'photos').set(['photo:A', 'photo:B']);
    const again = await atThePhotos(definition, JSON.parse(JSON.stringify(form.draft())));
    expect(questionIn(again, 'photos', 'photos').value).toEqual(['photo:A', 'photo:B']);
    expect(again.answers().photos).toEqual([{ photo: 'photo:A' }, { photo: 'photo:B' }]);
  });

  it('count for nothing where the rest is skipped, and are not lost', async () => {
    const form = await atThePhotos(definition);
    questionIn(form, 'photos', 'photos').set(['photo:A']);
    const first = definition === 'f1' ? 'result' : 'knock';
    fill(form, { [first]: definition === 'f1' ? 'nobody' : 'noAnswer' });
    expect(form.answers().photos).toBeUndefined();
    fill(form, { [first]: definition === 'f1' ? 'met' : 'safe' });
    expect(questionIn(form, 'photos', 'photos').value).toEqual(['photo:A']);
  });
});
