import { transcode } from 'node:buffer';

/** From here on, the detour takes less time. */
const LONG = 4_096;

/**
 * The bytes of a text without lone surrogates, such as JSON. Of a long text with any character beyond Latin-1, as
 * every answer has that shows a mask, they are had several times faster by way of UTF-16: what V8 holds is copied as it
 * is, and converted many characters at a time.
 */
export function utf8(text: string): Buffer {
  return text.length < LONG ? Buffer.from(text) : transcode(Buffer.from(text, 'utf16le'), 'utf16le', 'utf8');
}
