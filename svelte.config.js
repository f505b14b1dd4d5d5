import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { contentSecurity } from './scripts/content-security.js';
import { release } from './scripts/release.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ precompress: true }),
    // Relative paths would break a deep link opened offline: the shell is one document for every address.
    paths: { relative: false },
    version: { name: release() },
    serviceWorker: { register: false },
    // Pages get the hash of their own start script; all other answers have this policy from the front server.
    csp: { mode: 'hash', directives: contentSecurity },
    typescript: {
      config: (config) => ({
        ...config,
        include: [
          ...config.include,
          '../scripts/**/*.ts',
          '../scripts/**/*.js',
          '../tests/**/*.svelte',
          '../vitest.config.ts',
          '../playwright.config.ts',
        ],
        exclude: [...(config.exclude ?? []), '../src/service-worker/**'],
      }),
    },
  },
};
