// A name as a list shows it where others look on: `刘*芳`, `刘*`, `阿*木江`.

export function maskName(name: string): string {
  const letters = [...name];
  return letters.length < 2 ? name : `${letters[0]}*${letters.slice(2).join('')}`;
}
