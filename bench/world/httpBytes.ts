/** What one message of HTTP/1.1 is, found in bytes that have come so far. */
export interface Message {
  /** Start line and headers, without the empty line. */
  readonly head: string;
  readonly body: Buffer;
  /** Bytes of `given` that it takes. */
  readonly length: number;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';

/**
 * The first whole HTTP/1.1 message in `given`, or `null` where more has to come. Bodies have a `content-length` or
 * are JSON in chunks, in which the last chunk's mark cannot stand. Far less than HTTP, and cheap: on one core it
 * must keep ahead of what is measured.
 */
export function readMessage(given: Buffer): Message | null {
  const headEnd = given.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = given.toString('latin1', 0, headEnd);
  const start = headEnd + HEAD_END.length;
  const length = contentLength(head);
  if (length !== null) {
    const end = start + length;
    return given.length < end ? null : { head, body: given.subarray(start, end), length: end };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head))
    return { head, body: given.subarray(start, start), length: start };
  const last = given.indexOf(LAST_CHUNK, headEnd);
  if (last === -1) return null;
  const end = last + LAST_CHUNK.length;
  return { head, body: joined(given.subarray(start, end)), length: end };
}

function contentLength(head: string): number | null {
  const found = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  return found === undefined ? null : Number(found);
}

function joined(chunked: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(chunked.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
