// Photos in a journey: what the camera gives, and the photos a screen shows.
import { expect, type Locator, type Page } from '@playwright/test';
import { say } from './words.ts';

/** The first photo of the form or visit she has before her. */
export const photosOn = (page: Page): Locator =>
  page.getByRole('img', { name: say('photo_number', { number: 1 }) });

/** With the camera of the form that is open. */
export async function takes(page: Page, picture: Buffer): Promise<void> {
  const camera = page.locator('input[type=file][capture=environment]');
  await camera.setInputFiles({ name: 'IMG_0001.JPG', mimeType: 'image/jpeg', buffer: picture });
  await expect(page.getByText(say('photo_kept'))).toBeVisible();
  await expect(photosOn(page)).toHaveCount(1);
}

/** A JPEG as large as a telephone's, drawn by the browser. */
export async function aPicture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2400, 1800);
    const context = canvas.getContext('2d')!;
    for (let at = 0; at < 4000; at++) {
      context.fillStyle = `hsl(${(at * 37) % 360} 60% ${20 + (at % 60)}%)`;
      context.fillRect((at * 601) % 2400, (at * 367) % 1800, 40 + (at % 90), 30 + (at % 70));
    }
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  return Buffer.from(base64, 'base64');
}
