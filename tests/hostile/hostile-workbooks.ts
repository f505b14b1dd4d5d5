// Workbooks that somebody made to hurt whoever opens them, by name. Each is refused, or read as harmless, by one guard.
import { randomBytes } from 'node:crypto';
import { writeXlsx } from 'hucre/xlsx';
import { aZip, type ZipEntry } from '#tests/fixtures/a-zip.ts';

const TYPES = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`;
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

interface Parts {
  sheet: string;
  strings?: string;
  /** Bytes that do not pack: what hides a bomb from a look at the whole file's ratio. */
  paddingBytes?: number;
}

/** ECMA-376 part 1, the fewest parts a workbook has. */
function aWorkbook({ sheet, strings = `<sst xmlns="${MAIN}"/>`, paddingBytes = 0 }: Parts): Buffer {
  const text = (name: string, content: string): ZipEntry => ({ name, content: Buffer.from(content) });
  return aZip([
    text('[Content_Types].xml', TYPES),
    text(
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    text(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    text(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    text(
      'xl/worksheets/sheet1.xml',
      `<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
    text('xl/sharedStrings.xml', strings),
    { name: 'xl/media/image1.png', content: randomBytes(paddingBytes) },
  ]);
}

const rowsOf = (count: number, cells: string) =>
  Array.from({ length: count }, (_, n) => `<row r="${n + 1}">${cells}</row>`).join('');

/** Thirty megabytes of nothing in thirty kilobytes. */
export const zipBomb = () => aZip([{ name: 'xl/workbook.xml', content: Buffer.alloc(30_000_000) }]);

export const lyingZipBomb = () =>
  aZip([{ name: '[Content_Types].xml', content: Buffer.alloc(30_000_000), saidBytes: 10 }]);

export const manyRows = (rows: number) =>
  aWorkbook({ sheet: rowsOf(rows, '<c><v>1</v></c>'), paddingBytes: rows });

/** One text of 32,000 characters, in so many cells. */
export const sharedStringsBomb = (cells: number) =>
  aWorkbook({
    sheet: rowsOf(cells / 100, '<c t="s"><v>0</v></c>'.repeat(100)),
    strings: `<sst xmlns="${MAIN}"><si><t>${'王'.repeat(32_000)}</t></si></sst>`,
    paddingBytes: 10_000 + cells,
  });

/** Entities of entities: a billion words, were they put in (CVE-2003-1564). */
export function entityBomb(): Buffer {
  const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join(
    '',
  );
  return aWorkbook({
    sheet: rowsOf(2, '<c t="s"><v>0</v></c>'),
    strings: `<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "lol">${levels}]><sst xmlns="${MAIN}"><si><t>&e9;</t></si></sst>`,
  });
}

/** The names of what every object has, where people look things up by name. */
export const prototypeKeys = () =>
  writeXlsx({
    sheets: [
      {
        name: '__proto__',
        rows: [
          ['姓名', '楼栋', '单元', '房号', '与户主关系', '__proto__', 'constructor'],
          ['王桂兰', '3', '1', '101', '户主', 'polluted', 'polluted'],
          ['__proto__', '3', '1', '101', 'constructor', '__proto__', 'hasOwnProperty'],
        ],
      },
    ],
  });

/** As a ministry's system gives it out: GBK, and nowhere said so. */
export const gbkCsv = () =>
  Buffer.concat([
    Buffer.from('d0d5c3fb2cb7bfbac50d0a', 'hex'),
    Buffer.from('cdf5b9f0c0bc2c3130310d0a', 'hex'),
  ]);

export const pageAsXls = () =>
  Buffer.from('<html><table>\n<tr><td>姓名</td><td>房号</td></tr>\n</table></html>');
