// Reads a workbook in a process of its own, with so much memory and time as any honest one needs: whatever is in the file,
// the process that asked lives on. (A thread would not do: one that runs out of memory may take the process with it.)
// Invariant: an answer or a refusal comes, at the latest after `timeoutMs`.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { packageFault, type WorkbookReading } from './roster-workbook.ts';

export interface ProcessLimits {
  /** Of the reader's heap; the process around it takes some 100 MB more. */
  memoryMb: number;
  timeoutMs: number;
}

const LIMITS: ProcessLimits = { memoryMb: 256, timeoutMs: 60_000 };
const READER = fileURLToPath(new URL('./workbook-reader.ts', import.meta.url));

/** Answers as `readWorkbook` does. Rejects where no process can be started. */
export function readWorkbookApart(
  bytes: Uint8Array,
  { memoryMb, timeoutMs }: ProcessLimits = LIMITS,
): Promise<WorkbookReading> {
  const reason = packageFault(bytes);
  if (reason) return Promise.resolve({ outcome: 'refused', reason });
  return new Promise((resolve, reject) => {
    const reader = fork(READER, [], {
      execArgv: [`--max-old-space-size=${memoryMb}`, '--import', 'tsx'],
      serialization: 'advanced',
      // What V8 says of a heap that is full is nobody's to read.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reader.kill('SIGKILL');
    }, timeoutMs);
    reader.once('message', (reading) => resolve(reading as WorkbookReading));
    reader.once('error', reject);
    reader.once('exit', () => {
      clearTimeout(timer);
      resolve({ outcome: 'refused', reason: late ? 'tooSlow' : 'tooMuchText' });
    });
    reader.send(bytes);
  });
}
