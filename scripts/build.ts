// `npm run build`: the app as it ships, into build/. Vite's own command would do, but for the message compiler: it leaves
// timers of half a minute behind, and the command would sit there until they are over.
import { build } from 'vite';

await build({ logLevel: process.argv.includes('--quiet') ? 'warn' : 'info' });
process.exit(0);
