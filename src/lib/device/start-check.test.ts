import { describe, expect, it } from 'vitest';
import { browserName, isBlocking, startCheck, type StartFacts } from './start-check.ts';

const ANDROID_CHROME =
  'Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36';
const withVersion = (version: number) => ANDROID_CHROME.replace('119', String(version));

function facts(other: Partial<StartFacts> = {}): StartFacts {
  return {
    userAgent: ANDROID_CHROME,
    secureContext: true,
    host: 'qiaomen.example',
    features: { indexedDb: true, webCrypto: true, serviceWorker: true, worker: true, webLocks: true },
    standalone: true,
    persisted: true,
    ...other,
  };
}

describe('the start check', () => {
  it('finds nothing on an installed app with lasting storage', () => {
    expect(startCheck(facts())).toEqual([]);
  });

  it.each([
    [
      'weChat',
      'Mozilla/5.0 (Linux; Android 12) Chrome/107.0 MQQBrowser/6.2 TBS/046 Mobile Safari/537.36 MicroMessenger/8.0.40',
    ],
    [
      'weCom',
      'Mozilla/5.0 (Linux; Android 12) Chrome/107.0 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0.1',
    ],
    [
      'qq',
      'Mozilla/5.0 (Linux; Android 12) Chrome/109.0 MQQBrowser/6.2 Mobile Safari/537.36 V1_AND_SQ_9.0.8 QQ/9.0.8.14755 NetType/WIFI',
    ],
    ['dingTalk', 'Mozilla/5.0 (Linux; Android 12) Chrome/100.0 Mobile Safari/537.36 AliApp(DingTalk/7.0.40)'],
  ])('sends people out of the browser inside %s', (app, userAgent) => {
    const findings = startCheck(facts({ userAgent }));
    expect(findings).toEqual([{ kind: 'inAppBrowser', app }]);
    expect(isBlocking(findings[0]!)).toBe(true);
  });

  it('lets QQ’s own browser in, which is a whole browser', () => {
    const userAgent = 'Mozilla/5.0 (Linux; Android 12) Chrome/121.0.0.0 MQQBrowser/15.4 Mobile Safari/537.36';
    expect(startCheck(facts({ userAgent }))).toEqual([]);
    expect(browserName(userAgent)).toEqual({ name: 'QQ Browser', chromium: 121 });
  });

  it('knows Chrome without a window, which calls itself otherwise', () => {
    const userAgent = ANDROID_CHROME.replace('Chrome/', 'HeadlessChrome/');
    expect(browserName(userAgent)).toEqual({ name: 'Chrome', chromium: 119 });
  });

  it('refuses Chromium 99 by its name and takes Chromium 100', () => {
    const [finding] = startCheck(facts({ userAgent: withVersion(99) }));
    expect(finding).toEqual({ kind: 'tooOld', browser: { name: 'Chrome', chromium: 99 }, floor: 100 });
    expect(startCheck(facts({ userAgent: withVersion(100) }))).toEqual([]);
  });

  it('gives the http address as the reason, not the features it hides', () => {
    const features = {
      indexedDb: true,
      webCrypto: false,
      serviceWorker: false,
      worker: true,
      webLocks: false,
    };
    expect(startCheck(facts({ secureContext: false, host: '192.168.1.20:4173', features }))).toEqual([
      { kind: 'insecureAddress', host: '192.168.1.20:4173' },
    ]);
  });

  it('names what is missing', () => {
    const features = { ...facts().features, serviceWorker: false, webLocks: false };
    const [finding] = startCheck(facts({ features }));
    expect(finding).toMatchObject({ kind: 'missing', features: ['serviceWorker', 'webLocks'] });
    expect(isBlocking(finding!)).toBe(true);
  });

  it('only warns where it is not installed, storage may be cleared, or the browser is untried', () => {
    const userAgent =
      'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15';
    const findings = startCheck(facts({ userAgent, standalone: false, persisted: false }));
    expect(findings.map((finding) => finding.kind)).toEqual(['untried', 'notInstalled', 'notPersistent']);
    expect(findings.some(isBlocking)).toBe(false);
  });

  it('says nothing of storage it has not asked for yet', () => {
    expect(startCheck(facts({ persisted: undefined }))).toEqual([]);
  });
});
