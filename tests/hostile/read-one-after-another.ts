// A process of its own that reads the workbooks it is named, as the command does, and tells how it fared: it and the readers
// it starts, at their largest.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { readWorkbookApart } from '../../scripts/read-workbook-apart.ts';

const outcomes: string[] = [];
const most = { own: 0, reader: 0 };

/** Resident at its largest (proc(5), VmHWM). */
function largestBytes(pid: string | number): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

const looking = setInterval(() => {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  most.reader = Math.max(most.reader, ...children.map(largestBytes));
  most.own = largestBytes(process.pid);
}, 10);
for (const file of process.argv.slice(2)) {
  const reading = await readWorkbookApart(new Uint8Array(await readFile(file)));
  outcomes.push(reading.outcome === 'refused' ? reading.reason : reading.outcome);
}
clearInterval(looking);
process.stdout.write(JSON.stringify({ outcomes, most }));
