import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer, HTTPGraphQLResponse } from '@apollo/server';
import { CALLER_HEADERS } from '../callers/caller.ts';
import { httpOf, Refusal } from '../errors.ts';
import { withDeadline } from '../execute/requestSignal.ts';
import { createDocumentCheck } from '../limits/checkDocument.ts';
import { startDeadline, TIMEOUT_HEADER, type Deadline } from '../limits/deadline.ts';
import type { Limits } from '../limits/limits.ts';
import type { TrustedDocuments } from '../limits/trustedDocuments.ts';
import type { Sudare } from '../sudare.ts';
import { admitDocument } from './admitDocument.ts';
import type { Cors } from './cors.ts';
import { readBody, readHead } from './readRequest.ts';
import { sendRefusal } from './send.ts';
import { sendBytes } from './sendBytes.ts';
import { utf8 } from './utf8.ts';

/** Options of `graphqlOverHttp`. */
export interface GraphqlOverHttpOptions {
  readonly apollo: ApolloServer;
  readonly sudare: Sudare;
  readonly limits: Limits;
  readonly cors: Cors;
  /** `null`: every document is answered. */
  readonly operations: TrustedDocuments | null;
}

/** Answers one request. `search`: what its URL has after the path. */
export type GraphqlOverHttp = (
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
) => Promise<void>;

/**
 * Answers GraphQL over HTTP: finds out who is calling, reads the request, checks what is asked for, and leaves the rest
 * to Apollo Server, until the answer is due.
 */
export function graphqlOverHttp(options: GraphqlOverHttpOptions): GraphqlOverHttp {
  const { apollo, cors, limits, sudare } = options;
  const admission = { ...options, checkDocument: createDocumentCheck(limits) };
  return async (request, response, search) => {
    let deadline: Deadline | null = null;
    let client: string | null = null;
    // Of what comes so far as Apollo Server, the watch is told there.
    let isWatched = false;
    try {
      if (cors(request, response)) return;
      const head = readHead(request, search, limits);
      deadline = startDeadline(limits.requestMs, head.headers.get(TIMEOUT_HEADER));
      const { cancel, left, signal, within } = deadline;
      response.once('close', () => {
        if (!response.writableFinished) cancel();
      });
      // Of nobody unknown a body is kept, or anything parsed.
      const context = await within(sudare.contextFor(head.headers, signal, head.peer));
      client = sudare.clientOf(context);
      const read = await within(readBody(request, head, limits));
      if (read === null) return;
      admitDocument(read, admission, client);
      isWatched = true;
      const answer = await within(
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: read,
          context: async () => await Promise.resolve(withDeadline(context, left)),
        }),
      );
      deadline.settle();
      await reply(response, answer, limits.sendingMs);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What was not read of the body is not waited for.
      if (!request.complete) response.setHeader('connection', 'close');
      const code = String(error.extensions['code']);
      if (!isWatched) sudare.watch.refused(code, httpOf(error).status, { client, ...error.note });
      sendRefusal(response, error);
    } finally {
      deadline?.settle();
    }
  };
}

async function reply(
  response: ServerResponse,
  answer: HTTPGraphQLResponse,
  sendingMs: number,
): Promise<void> {
  // The client has left.
  if (response.destroyed) return;
  // Apollo Server's own refusals come before the plugin could say so.
  response.setHeader('cache-control', 'private, no-store');
  const { headers, status = 200, body } = answer;
  for (const [name, value] of headers) if (name !== 'vary') response.setHeader(name, value);
  response.appendHeader('vary', headers.get('vary') ?? CALLER_HEADERS.join(', '));
  response.statusCode = status;
  if (body.kind === 'complete') return await sendBytes(response, utf8(body.string), sendingMs);
  for await (const chunk of body.asyncIterator) response.write(chunk);
  response.end();
}
