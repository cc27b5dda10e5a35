import type { IncomingMessage } from 'node:http';
import { refusal } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';

/** Those that are lists (RFC 9110, 5.3), so that several are one; and those that proxies add to, each for itself. */
const MAY_REPEAT: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'baggage',
  'cache-control',
  'connection',
  'cookie',
  'forwarded',
  'link',
  'pragma',
  'te',
  'tracestate',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/**
 * Refuses a request with too many headers, or with one twice that has one meaning. Of two, Node takes the first or
 * joins them, and a proxy that checked the request may have taken the other one.
 *
 * INVARIANT: who is calling, and what for, is said once (test/hostile/headers.test.ts).
 *
 * @throws refusals (`REQUEST_INVALID`).
 */
export function checkHeaders({ rawHeaders }: IncomingMessage, { headerFields }: Limits): void {
  if (rawHeaders.length > headerFields * 2) {
    throw refusal('REQUEST_INVALID', `There are over ${headerFields} headers.`, { status: 431 });
  }
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (seen.has(name) && !MAY_REPEAT.has(name)) {
      throw refusal('REQUEST_INVALID', 'A header that has one meaning was sent twice.');
    }
    seen.add(name);
  }
}
