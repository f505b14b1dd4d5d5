import { describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#messages/runtime';
import { startLine } from './start-line.ts';

overwriteGetLocale(() => 'zh-CN');

describe('the yellow line', () => {
  it('says of data that they may go only where the browser has not promised to keep them', () => {
    expect(startLine([{ kind: 'notInstalled' }])).toEqual({
      text: '还没装到桌面，装上后一点就开',
      act: 'install',
    });
    expect(startLine([{ kind: 'notInstalled' }, { kind: 'notPersistent' }])).toEqual({
      text: '浏览器没答应长期保存数据，装到桌面多半就答应',
      act: 'install',
    });
  });

  it('asks the browser again where the app is installed', () => {
    expect(startLine([{ kind: 'notPersistent' }])?.act).toBe('askToPersist');
  });

  it('is gone when nothing is left to mend', () => {
    expect(startLine([])).toBeUndefined();
  });
});
