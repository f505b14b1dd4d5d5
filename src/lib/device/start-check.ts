// The start check: what of this browser would lose work or cannot run at all, said before anybody signs in.
// Pure: facts come in, findings go out, most serious first. Words are the screen's.

/** Tried from this Chromium on; older ones lack what the build is compiled to. */
const CHROMIUM_FLOOR = 100;

export const START_FEATURES = ['indexedDb', 'webCrypto', 'serviceWorker', 'worker', 'webLocks'] as const;
export type StartFeature = (typeof START_FEATURES)[number];

export interface StartFacts {
  userAgent: string;
  /** `isSecureContext`: https, or localhost. */
  secureContext: boolean;
  /** Host and port of the address, for the sentence. */
  host: string;
  features: Record<StartFeature, boolean>;
  /** Runs from its own icon, without the browser's frame. */
  standalone: boolean;
  /** `navigator.storage.persisted()`; undefined where it was not asked yet. */
  persisted: boolean | undefined;
}

export type InAppBrowser = 'weChat' | 'weCom' | 'qq' | 'dingTalk' | 'alipay' | 'weibo' | 'feishu';

export interface BrowserName {
  /** As on its icon; `unknown` where the user agent does not tell. */
  name: string;
  /** Of Chromium, where it is one. */
  chromium?: number;
}

export type StartFinding =
  | { kind: 'inAppBrowser'; app: InAppBrowser }
  | { kind: 'insecureAddress'; host: string }
  | { kind: 'tooOld'; browser: BrowserName; floor: number }
  | { kind: 'missing'; browser: BrowserName; features: StartFeature[] }
  /** Runs, but nobody has tried it here. */
  | { kind: 'untried'; browser: BrowserName }
  | { kind: 'notInstalled' }
  | { kind: 'notPersistent' };

const IN_APP: [RegExp, InAppBrowser][] = [
  [/wxwork\//i, 'weCom'],
  [/MicroMessenger\//i, 'weChat'],
  [/\bQQ\/[\d.]+/, 'qq'],
  [/DingTalk\//i, 'dingTalk'],
  [/AlipayClient/i, 'alipay'],
  [/__weibo__|Weibo \(/i, 'weibo'],
  [/\b(Lark|Feishu)\//i, 'feishu'],
];

/** Longest names first: each of them also says Chrome. */
const NAMES: [RegExp, string][] = [
  [/\bMQQBrowser\//, 'QQ Browser'],
  [/\bEdgA?\//, 'Edge'],
  [/\bHuaweiBrowser\//, 'Huawei Browser'],
  [/\bMiuiBrowser\//, 'Mi Browser'],
  [/\bHeyTapBrowser\//, 'HeyTap Browser'],
  [/\bVivoBrowser\//, 'vivo Browser'],
  [/\bUC?Browser\//, 'UC Browser'],
  [/\bQuark\//, 'Quark'],
  [/\bQihooBrowser\/|\b360SE\b/, '360'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
];

/** The name and Chromium's version out of a user agent string. */
export function browserName(userAgent: string): BrowserName {
  const name = NAMES.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'unknown';
  const version = /Chrome\/(\d+)/.exec(userAgent)?.[1];
  return version === undefined ? { name } : { name, chromium: Number(version) };
}

/** Findings that make starting pointless: the app is not opened, the reason is shown. */
export function isBlocking(finding: StartFinding): boolean {
  return !['untried', 'notInstalled', 'notPersistent'].includes(finding.kind);
}

export function startCheck(facts: StartFacts): StartFinding[] {
  const app = IN_APP.find(([pattern]) => pattern.test(facts.userAgent))?.[1];
  if (app) return [{ kind: 'inAppBrowser', app }];
  const browser = browserName(facts.userAgent);
  if (browser.chromium !== undefined && browser.chromium < CHROMIUM_FLOOR) {
    return [{ kind: 'tooOld', browser, floor: CHROMIUM_FLOOR }];
  }
  // Over http the browser hides encryption and the worker: that is the reason, not their absence.
  if (!facts.secureContext) return [{ kind: 'insecureAddress', host: facts.host }];
  const features = START_FEATURES.filter((feature) => !facts.features[feature]);
  if (features.length > 0) return [{ kind: 'missing', browser, features }];
  return [
    ...(browser.chromium === undefined ? [{ kind: 'untried', browser } as const] : []),
    ...(facts.standalone ? [] : [{ kind: 'notInstalled' } as const]),
    ...(facts.persisted === false ? [{ kind: 'notPersistent' } as const] : []),
  ];
}
