// The app shell, kept for offline: every file of this build, and the one document that opens at every address. Invariants:
// nothing under /db passes through here; a miss under /_app is a miss, never the shell; a new version waits until the
// page lets it in, and the old one stays whole until then.
import { build, files, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

const SHELL = '/';
const NOT_A_SCREEN = [/^\/(db|administration)(\/|$)/, /^\/_app\//, /^\/service-worker\.js$/];

precacheAndRoute(
  [
    // Their names have their digest.
    ...build.map((url) => ({ url, revision: null })),
    ...files.map((url) => ({ url, revision: version })),
    { url: SHELL, revision: version },
  ],
  { directoryIndex: '', cleanURLs: false },
);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL(SHELL), { denylist: NOT_A_SCREEN }));

self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
// The page that installed it is kept offline from the first visit on, without being opened anew.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
