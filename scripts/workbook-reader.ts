// The process that reads a workbook: bytes in, a reading out, and it ends. See `readWorkbookApart`.
import { readWorkbook } from './roster-workbook.ts';

process.once('message', (bytes) => {
  void readWorkbook(bytes as Uint8Array).then((reading) =>
    process.send?.(reading, () => process.disconnect()),
  );
});
