// The whole of 敲门 as `npm start` starts it, with a demo of another size, in a process of its own. Arguments: the folder
// of its data, the number of households, the port (0 for any). Writes one line of JSON when it runs.
import { startQiaomen } from '../../scripts/start-qiaomen.ts';
import { APP_PASSWORD } from './app-server.ts';

const [dataDir, households, port] = process.argv.slice(2);
if (!dataDir || !households) throw new Error('a folder and a number of households are wanted');

const running = await startQiaomen({
  port: Number(port ?? 0),
  dataDir,
  adminPassword: APP_PASSWORD,
  demo: { households: Number(households), seed: 'bench' },
});
const people = running.signIns.map(({ user, password }) => ({ user, password }));
console.log(JSON.stringify({ url: running.url, people }));

process.once('SIGTERM', () => void running.close().then(() => process.exit(0)));
