// Pinyin of a person's name, as residents carry it for search: computed when written, so that no tablet loads the table.
import { pinyin } from 'pinyin-pro';

/** `单海思` is `shan hai si`, `吕布` is `lv bu`, `Anna Li` is `anna li`. Characters without a known reading are left out. */
export function pinyinOf(name: string): string {
  const syllables = pinyin(name, {
    toneType: 'none',
    type: 'array',
    surname: 'head',
    v: true,
    nonZh: 'consecutive',
  });
  return syllables
    .join(' ')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean)
    .join(' ');
}
