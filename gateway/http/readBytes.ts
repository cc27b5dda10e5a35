import type { IncomingMessage } from 'node:http';

/**
 * The body; `too-long` where it has more bytes, of which no more are kept; `left` where the client went, or was cut off,
 * before its end. By events, since an iterator costs as much as all the rest of a request.
 */
export async function readBytes(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too-long' | 'left'> {
  // What it says is known before it comes; what comes is counted all the same.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-long';
  // It may have left while it was found out who it is.
  if (request.destroyed) return 'left';
  return await new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        chunks = [];
        resolve('too-long');
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve('left'));
    request.once('close', () => resolve('left'));
  });
}

/** What JSON in UTF-8 says; `undefined` for anything else. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
