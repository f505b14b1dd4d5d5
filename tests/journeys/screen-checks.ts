// What can be measured of a screen as it stands: is anything cut or beyond its edge, and can every text be read.
// Invariant: what is measured is what is drawn, by computed styles and boxes.
import type { Page } from '@playwright/test';

/** Sentences about everything that is cut off, or makes the screen scroll sideways. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const told: string[] = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) {
      told.push(`the screen is ${document.documentElement.scrollWidth} wide and shows ${width}`);
    }
    const name = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> “${(element.textContent ?? '').trim().slice(0, 24)}”`;
    const isUnseen = (element: Element): boolean => {
      const { clipPath, visibility, display, position, width } = getComputedStyle(element);
      if (clipPath !== 'none' || visibility === 'hidden' || display === 'none') return true;
      if (position === 'absolute' && Number.parseFloat(width) <= 1) return true;
      return element.parentElement !== null && isUnseen(element.parentElement);
    };
    const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
    for (const element of document.body.querySelectorAll('*')) {
      if ((element.textContent ?? '').trim() === '' || isUnseen(element)) continue;
      const { overflowX, overflowY, textOverflow } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      if (box.right > width + 1 || box.left < -1) told.push(`${name(element)} lies beyond the edge`);
      const wide = element.scrollWidth > element.clientWidth + 1;
      if (wide && clips(overflowX)) told.push(`${name(element)} is cut at its side`);
      if (wide && (overflowX === 'auto' || overflowX === 'scroll'))
        told.push(`${name(element)} scrolls sideways`);
      if (element.scrollHeight > element.clientHeight + 2 && clips(overflowY)) {
        told.push(`${name(element)} is cut below`);
      }
      if (wide && textOverflow === 'ellipsis') told.push(`${name(element)} ends in dots`);
    }
    return told;
  });
}

/** Texts whose contrast with what lies behind them is less than this; WCAG 2.2, relative luminance. */
export function faintTexts(page: Page, atLeast: number): Promise<string[]> {
  return page.evaluate((atLeast) => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext(
      '2d',
      {
        willReadFrequently: true,
      },
    )!;
    const parsed = (css: string): Colour => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mixed = (at: 0 | 1 | 2) => top[at] * top[3] + below[at] * (1 - top[3]);
      return [mixed(0), mixed(1), mixed(2), 1];
    };
    const backgroundOf = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = parsed(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const luminance = (colour: Colour) => {
      const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const told: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = (node.textContent ?? '').trim();
      const element = node.parentElement;
      if (text === '' || !element || ['SCRIPT', 'STYLE', 'TEMPLATE'].includes(element.tagName)) continue;
      if (element.closest(':disabled, [aria-hidden="true"], .unseen, [hidden]') || !element.checkVisibility())
        continue;
      const background = backgroundOf(element);
      const colour = over(parsed(getComputedStyle(element).color), background);
      const [light, dark] = [luminance(colour), luminance(background)].sort((a, b) => b - a);
      const contrast = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
      if (contrast < atLeast) told.push(`${contrast.toFixed(2)}: “${text.slice(0, 24)}”`);
    }
    return [...new Set(told)];
  }, atLeast);
}

/** Texts in letters smaller than this, and what is tapped but smaller than a fingertip. */
export function smallThings(page: Page, least: { letterPx: number; targetPx: number }): Promise<string[]> {
  return page.evaluate(({ letterPx, targetPx }) => {
    const told: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = (node.textContent ?? '').trim();
      const element = node.parentElement;
      if (!/[\p{L}\p{N}]/u.test(text) || !element?.checkVisibility()) continue;
      if (element.closest('script, style, .unseen, [aria-hidden="true"]')) continue;
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (size < letterPx) told.push(`${size} px: “${text.slice(0, 24)}”`);
    }
    for (const target of document.querySelectorAll('a[href], button, label:has(input), summary')) {
      if (!target.checkVisibility()) continue;
      const { width, height } = target.getBoundingClientRect();
      if (Math.min(width, height) < targetPx)
        told.push(`${width} × ${height}: “${(target.textContent ?? '').trim().slice(0, 24)}”`);
    }
    return [...new Set(told)];
  }, least);
}
