import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from '../errors.ts';
import { TIMEOUT_HEADER } from '../limits/deadline.ts';

/** Which web pages may read answers (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export interface CorsOptions {
  /** Origins, such as `https://shop.example`, each in full: there is no way to name them all. Empty: none. */
  readonly origins: readonly string[];
  /** Request headers beside those of Sudare's own that pages may send. */
  readonly headers?: readonly string[];
  /** Whether pages may send cookies and client certificates. Default: they may not. */
  readonly credentials?: 'included' | 'omitted';
}

/** Says to browsers which pages may read an answer. @returns whether that was all there was to answer: a preflight. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Headers by which clients say who they are and what for, and those of GraphQL's clients. */
const HEADERS = [
  'content-type',
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-purpose',
  'x-recipient',
  TIMEOUT_HEADER,
  'traceparent',
  'tracestate',
];

/** How long browsers may remember a preflight, in s; they cap it. */
const MAX_AGE = 7_200;

/**
 * Creates the answers to browsers.
 *
 * INVARIANT: no origin is told that it may read that is not one of the list, character for character
 * (test/gateway/http/cors.test.ts).
 *
 * @throws an Error for what is no origin, such as `*`.
 */
export function createCors({ origins, headers = [], credentials = 'omitted' }: CorsOptions): Cors {
  for (const origin of origins) {
    // A URL may have an asterisk in its host.
    if (URL.parse(origin)?.origin === origin && !/^null$|\*/.test(origin)) continue;
    throw new Error(
      `Origin ${JSON.stringify(origin)}: expected a scheme, host and port as browsers send them, such as "https://shop.example".`,
    );
  }
  const allowed = new Set(origins);
  const allowedHeaders = [...HEADERS, ...headers.map((name) => name.toLowerCase())].join(', ');
  return (request, response) => {
    if (allowed.size === 0) return false;
    // An answer depends on it also where there was none.
    response.appendHeader('vary', 'Origin');
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && allowed.has(origin);
    if (isAllowed) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', 'retry-after');
      if (credentials === 'included') response.setHeader('access-control-allow-credentials', 'true');
    }
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      return false;
    }
    if (!isAllowed) throw refusal('REQUEST_INVALID', 'This origin may not ask.', { status: 403 });
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': String(MAX_AGE),
      'content-length': '0',
    });
    response.end();
    return true;
  };
}
