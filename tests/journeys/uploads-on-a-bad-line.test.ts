// The line is bad while a visit waits: whatever stands between tablet and server, the sentence on top says what it is and
// that her work is safe, and once the line is mended it goes up.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';
import { openLine } from './line.ts';
import { findsAllWell, visitForm } from './visit-form.ts';
import { say } from './words.ts';

test('a portal, a dead line, a busy server: the visit waits in sight and goes up when the line is mended', async ({
  server,
  newTablet,
}) => {
  const line = await openLine(server);
  const worker = fieldWorker(await newTablet().open());
  await worker.signsIn(line.url, personOf(server, 'zhangjianhua'));
  line.only = (_method, path) => path.startsWith('/db');
  line.state = 'portal';

  await worker.opensDoor();
  await worker.startsVisit();
  const form = visitForm(worker.page);
  await findsAllWell(form);
  await form.savesOnThisDevice();
  await form.seesItSaved();
  await expect(worker.sentence).toContainText(say('state_portal'), { timeout: 30_000 });
  // One visit is one, whatever it changed.
  await expect(worker.sentence).toContainText(say('state_waiting', { count: 1 }));

  for (const [state, sentence] of [
    ['busy', 'state_server_down'],
    ['cut', 'state_server_silent'],
    ['portal', 'state_portal'],
  ] as const) {
    line.state = state;
    await worker.asksForUpload();
    await expect(worker.sentence).toContainText(say(sentence), { timeout: 30_000 });
    await expect(worker.sentence).toContainText(say('state_waiting', { count: 1 }));
  }

  line.state = 'through';
  await worker.asksForUpload();
  await expect(worker.sentence).toContainText(say('state_all_sent', { count: 1 }), { timeout: 30_000 });
  await line.close();
});
