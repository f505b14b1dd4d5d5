// What stands in a record or a form is text, and stays it: the page's policy refuses to make markup or code of text,
// whoever asks. Only XML that nothing draws is read, for the form engine.
import { expect } from '@playwright/test';
import { fieldWorker } from './field-worker.ts';
import { personOf, test } from './journey.ts';

/** Ways from text to code, as the page itself would go them. */
const WAYS: Record<string, string> = {
  'markup set into the page': "document.createElement('div').innerHTML = '<img src=x>'",
  'markup beside an element': "document.body.insertAdjacentHTML('beforeend', '<b>a</b>')",
  'a page made of text': "new DOMParser().parseFromString('<b>a</b>', 'text/html')",
  'a frame made of text': "document.createElement('iframe').srcdoc = '<b>a</b>'",
  'a worker from an address': "new Worker('/service-worker.js')",
  'a script from an address': "document.createElement('script').src = '/service-worker.js'",
  'text evaluated': "eval('1')",
  'a function made of text': "new Function('return 1')()",
  'a policy of another name': "trustedTypes.createPolicy('mine', {})",
};

test('no text becomes markup or code, before a form was open and after it', async ({ server, newTablet }) => {
  const page = await newTablet({ refusals: 'expected' }).open();
  const worker = fieldWorker(page);
  await worker.signsIn(server.url, personOf(server, 'limin'));
  const allowed = async () => {
    const through: string[] = [];
    // In a turn of the page's own: what the debugger runs itself may evaluate.
    for (const [way, tries] of Object.entries(WAYS)) {
      const refused = await page.evaluate(
        `new Promise((said) => setTimeout(() => { try { ${tries}; said(false) } catch { said(true) } }))`,
      );
      if (!refused) through.push(way);
    }
    return through;
  };
  expect(await allowed()).toEqual([]);
  await worker.opensDoor();
  await worker.startsVisit();
  expect(await allowed()).toEqual([]);
});
