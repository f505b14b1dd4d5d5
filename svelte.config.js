import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
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
