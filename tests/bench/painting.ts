// Measures in the page what a person sees: from what her finger did to what was painted of it.
import type { Page } from '@playwright/test';

/** What a throttled page is called in the names of figures: DevTools slows the page's own thread and no other. */
export const THROTTLED = 'main thread 4× slower, worker at full speed';
const TIMES_SLOWER = 4;

/** Slows the page's thread from now on. */
export async function throttle(page: Page, times = TIMES_SLOWER): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
}

/** Installs `window.painting` in this page and in those it becomes. */
export async function watchPainting(page: Page): Promise<void> {
  // tsx marks functions with their names by a function of its own, which no page has.
  await page.addInitScript('globalThis.__name ??= (named) => named');
  await page.evaluate('globalThis.__name ??= (named) => named');
  await page.addInitScript(installPainting);
  await page.evaluate(installPainting);
}

interface Painting {
  /** Milliseconds from the newest tap to the frame that shows an element of this selector with this text. */
  sinceTap(selector: string, text: string): Promise<number>;
  /** Milliseconds from the newest key, or from the start of the page, to the frame that shows it. */
  sinceKey(selector: string, text: string): Promise<number>;
  sinceStart(selector: string, text: string): Promise<number>;
  /** Notes from now on when what is below the selector, and in sight, was last painted anew. */
  watch(selector: string): void;
  /** Milliseconds from the newest key to the last frame of what is watched; undefined where nothing was painted since. */
  lastPaintedAfterKey(): number | undefined;
}

declare global {
  interface Window {
    painting: Painting;
  }
}

/** Runs in the page. A frame counts as painted at the first task after its animation frame. */
function installPainting(): void {
  const newest = { tap: 0, key: 0 };
  addEventListener('click', (event) => (newest.tap = event.timeStamp), { capture: true });
  addEventListener('keydown', (event) => (newest.key = event.timeStamp), { capture: true });
  // Words from an input method come without a key.
  addEventListener(
    'beforeinput',
    (event) => {
      if (event.timeStamp - newest.key > 100) newest.key = event.timeStamp;
    },
    { capture: true },
  );
  const painted = () =>
    new Promise<number>((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(undefined);
      });
    });
  const isShown = (selector: string, text: string) =>
    [...document.querySelectorAll(selector)].some(
      (element) => (element.textContent ?? '').includes(text) && element.checkVisibility(),
    );
  const shown = (selector: string, text: string) =>
    new Promise<void>((resolve) => {
      if (isShown(selector, text)) return resolve();
      const observer = new MutationObserver(() => {
        if (!isShown(selector, text)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    });
  let last = 0;
  window.painting = {
    async sinceTap(selector, text) {
      await shown(selector, text);
      return (await painted()) - newest.tap;
    },
    async sinceKey(selector, text) {
      await shown(selector, text);
      return (await painted()) - newest.key;
    },
    async sinceStart(selector, text) {
      await shown(selector, text);
      return painted();
    },
    watch(selector) {
      const root = document.querySelector(selector);
      if (!root) throw new Error(`nothing is ${selector}`);
      const isInSight = ({ target, addedNodes }: MutationRecord) =>
        [...(addedNodes.length > 0 ? addedNodes : [target])].some((node) => {
          const element = node instanceof Element ? node : node.parentElement;
          const { top = Infinity, height = 0 } = element?.getBoundingClientRect() ?? {};
          return height > 0 && top < innerHeight;
        });
      // Rows below the edge of the screen may come later: nobody sees when.
      const look = (records: MutationRecord[]) =>
        void painted().then((at) => {
          if (records.some(isInSight)) last = at;
        });
      new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true });
    },
    lastPaintedAfterKey: () => (last > newest.key ? last - newest.key : undefined),
  };
}
