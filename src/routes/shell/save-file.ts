// Gives a text to the person as a file, in the browser's own downloads. Its address is revoked: nothing of it stays here.

/** Long enough for the browser to have read it. */
const READ_MS = 30_000;

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), READ_MS);
}
