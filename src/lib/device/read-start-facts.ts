// Reads from this browser what the start check wants to know. Asks for nothing: `persisted` is filled in later.
import type { StartFacts } from './start-check.ts';

/** Whether the page runs from its own icon. */
export function isStandalone(): boolean {
  return ['standalone', 'fullscreen', 'minimal-ui'].some(
    (mode) => matchMedia(`(display-mode: ${mode})`).matches,
  );
}

export function readStartFacts(): StartFacts {
  return {
    userAgent: navigator.userAgent,
    secureContext: globalThis.isSecureContext,
    host: location.host,
    features: {
      indexedDb: typeof indexedDB !== 'undefined',
      webCrypto: typeof globalThis.crypto?.subtle !== 'undefined',
      serviceWorker: 'serviceWorker' in navigator,
      worker: typeof Worker !== 'undefined',
      webLocks: 'locks' in navigator,
    },
    standalone: isStandalone(),
    persisted: undefined,
  };
}
