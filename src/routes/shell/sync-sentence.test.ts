import { describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#messages/runtime';
import { NOTHING_YET, type SyncState } from '#lib/device/device-state.ts';
import { syncSentence } from './sync-sentence.ts';

overwriteGetLocale(() => 'zh-CN');

const said = (sync: Partial<SyncState>) => {
  const { head, tail } = syncSentence({ ...NOTHING_YET, completedAt: '2026-11-22T09:12:00.000Z', ...sync });
  return tail ? `${head} · ${tail}` : head;
};

describe('the one sentence', () => {
  it.each<[string, Partial<SyncState>]>([
    ['没有网络 · 已存本机 7 条，待上传', { online: false, waiting: 7 }],
    ['没有网络 · 照常用，没有要上传的', { online: false }],
    ['已连上 · 34 条全部上传 ✓', { lastSent: 34 }],
    ['已连上 · 全部上传 ✓', {}],
    ['正在上传 12/34', { activity: 'uploading', waiting: 22, progress: { done: 12, total: 34 } }],
    ['已连上 · 正在更新名册', { activity: 'receiving' }],
    ['正在上传照片 1/3', { activity: 'photos', photos: 2, progress: { done: 1, total: 3 } }],
    ['已连上 · 照片待传 2 张', { photos: 2, lastSent: 5, completedAt: '2026-11-22T01:00:00.000Z' }],
    ['没有网络 · 已存本机 3 条，待上传 · 照片待传 2 张', { online: false, waiting: 3, photos: 2 }],
    ['照片没传上去 · 照片待传 1 张', { photos: 1, photosRefused: 1 }],
    ['要重新登录才能上传 · 已存本机 3 条，待上传', { problem: 'signInNeeded', waiting: 3 }],
    ['2 条没传上去，要处理', { refused: 2 }],
    ['这个网络要先登录 · 已存本机 1 条，待上传', { problem: 'portal', waiting: 1 }],
    ['服务器没有回应', { problem: 'serverDown' }],
    ['连不上服务器 · 已存本机 1 条，待上传', { problem: 'serverSilent', waiting: 1 }],
    ['连不上服务器 · 照常用，没有要上传的', { problem: 'serverSilent' }],
    ['没有网络 · 照常用，没有要上传的', { online: false, problem: 'serverSilent' }],
    ['平板的日期不对 · 已存本机 2 条，待上传', { problem: 'wrongClock', waiting: 2 }],
    ['已连上 · 另一个窗口在上传', { elsewhere: true, waiting: 2 }],
    ['已连上 · 1 条封在本机', { sealed: 1, lastSent: 4 }],
    ['没有网络 · 已存本机 2 条，待上传 · 1 条封在本机', { online: false, waiting: 2, sealed: 1 }],
    ['没有网络 · 1 条封在本机', { online: false, sealed: 1 }],
  ])('%s', (sentence, sync) => {
    expect(said(sync)).toBe(sentence);
  });

  it('puts what needs a person before the network being gone', () => {
    expect(syncSentence({ ...NOTHING_YET, online: false, problem: 'storageFull' }).tone).toBe('bad');
    expect(said({ online: false, refused: 1, waiting: 4 })).toBe(
      '1 条没传上去，要处理 · 没有网络 · 已存本机 4 条，待上传',
    );
  });

  it('does not call having no network an error', () => {
    expect(syncSentence({ ...NOTHING_YET, online: false, waiting: 7 }).tone).toBe('off');
  });

  it('claims nothing about uploads before the first full round', () => {
    expect(syncSentence(NOTHING_YET)).toMatchObject({ tone: 'ok', head: '已连上' });
    expect(syncSentence(NOTHING_YET).tail).toBeUndefined();
  });

  it('is not read out anew with every number that runs', () => {
    const at = (done: number) =>
      syncSentence({ ...NOTHING_YET, activity: 'uploading', waiting: 9, progress: { done, total: 9 } })
        .spoken;
    expect(at(1)).toBe(at(8));
  });
});
