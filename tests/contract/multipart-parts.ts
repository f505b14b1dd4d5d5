// Multipart taken apart and put together for contracts: written anew here, so that no server's reader checks its own writer.
import { Buffer } from 'node:buffer';

export interface MixedPart {
  type: string;
  disposition: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** The parts of an answer whose `Content-Type` names the boundary. */
export function partsOf(body: Buffer, contentType: string): MixedPart[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw new Error(`no boundary in ${contentType}`);
  const text = body.toString('latin1');
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  const last = pieces.pop() ?? '';
  if (!last.startsWith('--')) throw new Error('the multipart body does not end');
  return pieces.slice(1).map((piece) => {
    const end = piece.indexOf('\r\n\r\n');
    const lines = piece.slice(2, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    return {
      type: headers['content-type'] ?? '',
      disposition: headers['content-disposition'] ?? '',
      headers,
      body: Buffer.from(piece.slice(end + 4), 'latin1'),
    };
  });
}

/** `multipart/related` as CouchDB's replicator writes it: the document, then its attachments in order. */
export function relatedBody(
  document: object,
  attachments: { name: string; type: string; bytes: Uint8Array; encoding?: string }[],
): { body: Buffer; headers: Record<string, string> } {
  const boundary = 'f0a1b2c3d4e5f60718293a4b5c6d7e8f';
  const pieces = [
    Buffer.from(
      `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(document)}\r\n--${boundary}`,
    ),
  ];
  for (const { name, type, bytes, encoding } of attachments) {
    const packed = encoding ? `\r\nContent-Encoding: ${encoding}` : '';
    pieces.push(
      Buffer.from(
        `\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Type: ${type}` +
          `\r\nContent-Length: ${bytes.length}${packed}\r\n\r\n`,
      ),
      Buffer.from(bytes),
      Buffer.from(`\r\n--${boundary}`),
    );
  }
  pieces.push(Buffer.from('--'));
  return {
    body: Buffer.concat(pieces),
    headers: { 'content-type': `multipart/related; boundary="${boundary}"` },
  };
}
