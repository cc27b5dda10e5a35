import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { refusal } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import { checkHeaders } from './checkHeaders.ts';
import { parseJson, readBytes } from './readBytes.ts';

/** What is known of a request before its body. */
export interface RequestHead {
  readonly method: 'GET' | 'POST';
  readonly headers: HeaderMap;
  /** The address at the other end of the connection: the client's, or a proxy's. */
  readonly peer: string | null;
  readonly search: string;
}

/** A request as Apollo Server takes it. What it asks for may be put in other words before it is read. */
export interface GraphqlRequest extends RequestHead {
  search: string;
  body: unknown;
}

/** Media types in which answers are; a request that accepts neither is refused before it takes effect. */
const ACCEPTABLE = /(?:^|,)\s*(?:\*\/\*|application\/(?:\*|json|graphql-response\+json))\s*(?:[;,]|$)/i;

/**
 * Reads what comes before the body of a request of GraphQL over HTTP.
 *
 * @throws refusals (`REQUEST_INVALID`), with the status that HTTP has for why.
 */
export function readHead(request: IncomingMessage, search: string, limits: Limits): RequestHead {
  checkHeaders(request, limits);
  const { method } = request;
  // Once the client has left, it is not known any more.
  const peer = request.socket.remoteAddress ?? null;
  if (method !== 'GET' && method !== 'POST') {
    throw refusal('REQUEST_INVALID', 'Send GraphQL by POST, or queries by GET.', {
      status: 405,
      headers: { allow: 'GET, POST' },
    });
  }
  const { accept = '*/*' } = request.headers;
  if (!ACCEPTABLE.test(accept)) {
    const message = 'Answers are application/graphql-response+json or application/json; accept one of them.';
    throw refusal('REQUEST_INVALID', message, { status: 406 });
  }
  if (method === 'POST') checkType(request);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method, headers, peer, search };
}

function checkType(request: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw refusal('REQUEST_INVALID', 'Expected content-type: application/json.', { status: 415 });
  }
  // A small body that expands to a large one would pass the limit.
  if (encoding.toLowerCase() !== 'identity') {
    throw refusal('REQUEST_INVALID', 'Expected a body without content-encoding.', { status: 415 });
  }
}

/**
 * Reads the rest, so that what cannot be read is answered without quoting it.
 *
 * @returns `null` where the client left before its end.
 * @throws refusals (`REQUEST_INVALID`), with the status that HTTP has for why.
 */
export async function readBody(
  request: IncomingMessage,
  head: RequestHead,
  { bodyBytes }: Pick<Limits, 'bodyBytes'>,
): Promise<GraphqlRequest | null> {
  if (head.method === 'GET') return { ...head, body: {} };
  const read = await readBytes(request, bodyBytes);
  if (read === 'left') return null;
  if (read === 'too-long') {
    throw refusal('REQUEST_INVALID', `The body is over ${bodyBytes} bytes.`, { status: 413 });
  }
  const body = parseJson(read);
  if (body !== undefined) return { ...head, body };
  throw refusal('REQUEST_INVALID', 'The body is not JSON in UTF-8; expected { "query": … }.');
}
