import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { databaseMount } from './scripts/dev-database.ts';
import { messageOptions } from './scripts/messages.ts';
import { workerChunks } from './scripts/worker-chunks.ts';

export default defineConfig({
  plugins: [paraglideVitePlugin({ ...messageOptions }), sveltekit(), databaseMount(), workerChunks()],
  build: { target: 'chrome100' },
  worker: { format: 'es' },
});
