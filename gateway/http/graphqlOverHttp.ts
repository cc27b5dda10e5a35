import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import { CALLER_HEADERS } from '../callers/caller.ts';
import type { Sudare } from '../sudare.ts';
import { parseJson, readBody } from './readBody.ts';
import { refuse } from './send.ts';
import { utf8 } from './utf8.ts';

/** Bytes that a request's body may have. */
const MAX_BODY = 1024 * 1024;

/**
 * Answers GraphQL over HTTP. Apollo Server gets requests that were read here, so that a body it cannot read is answered
 * without quoting it.
 */
export function graphqlOverHttp(apollo: ApolloServer, sudare: Sudare) {
  return async (request: IncomingMessage, response: ServerResponse, search: string): Promise<void> => {
    const method = request.method ?? 'GET';
    if (method !== 'GET' && method !== 'POST') {
      response.setHeader('allow', 'GET, POST');
      return refuse(response, 'REQUEST_INVALID', 'Send GraphQL by POST, or queries by GET.', 405);
    }
    let body: unknown = {};
    if (method === 'POST') {
      if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
        return refuse(response, 'REQUEST_INVALID', 'Expected content-type: application/json.', 415);
      }
      const read = await readBody(request, MAX_BODY);
      if (read === null) {
        response.setHeader('connection', 'close');
        return refuse(response, 'REQUEST_INVALID', `The body is over ${MAX_BODY} bytes.`, 413);
      }
      body = parseJson(read);
      if (body === undefined) {
        const message = 'The body is not JSON in UTF-8; expected { "query": … }.';
        return refuse(response, 'REQUEST_INVALID', message, 400);
      }
    }
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const leaving = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) leaving.abort();
    });
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers, search, body },
      context: async () => await sudare.contextFor(headers, leaving.signal),
    });
    await reply(response, answer);
  };
}

async function reply(response: ServerResponse, answer: HTTPGraphQLResponse): Promise<void> {
  // Apollo Server's own refusals come before the plugin could say so.
  response.setHeader('cache-control', 'private, no-store');
  response.setHeader('vary', CALLER_HEADERS.join(', '));
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') {
    const bytes = utf8(answer.body.string);
    response.setHeader('content-length', bytes.length);
    response.end(bytes);
    return;
  }
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}
