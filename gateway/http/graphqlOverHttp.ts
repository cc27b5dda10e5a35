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
import { readRequest, type GraphqlRequest } from './readRequest.ts';
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
 * Answers GraphQL over HTTP: reads the request, says who is calling, checks what is asked for, and leaves the rest to
 * Apollo Server, until the answer is due.
 */
export function graphqlOverHttp(options: GraphqlOverHttpOptions): GraphqlOverHttp {
  const { cors, limits } = options;
  const admission = { ...options, checkDocument: createDocumentCheck(limits) };
  return async (request, response, search) => {
    let deadline: Deadline | null = null;
    try {
      if (cors(request, response)) return;
      const read = await readRequest(request, search, limits);
      if (read === null) return;
      deadline = startDeadline(limits.requestMs, read.headers.get(TIMEOUT_HEADER));
      const { cancel, within } = deadline;
      response.once('close', () => {
        if (!response.writableFinished) cancel();
      });
      const answer = await within(answerOf(options, admission, read, deadline));
      deadline.settle();
      await reply(response, answer, limits.sendingMs);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What was not read of the body is not waited for.
      if (!request.complete) response.setHeader('connection', 'close');
      // Of what came so far as to have a deadline the watch was told already, or is told once it ends.
      if (deadline === null)
        options.sudare.watch.refused(String(error.extensions['code']), httpOf(error).status);
      sendRefusal(response, error);
    } finally {
      deadline?.settle();
    }
  };
}

async function answerOf(
  { apollo, sudare }: GraphqlOverHttpOptions,
  admission: Parameters<typeof admitDocument>[1],
  request: GraphqlRequest,
  deadline: Deadline,
): Promise<HTTPGraphQLResponse> {
  return await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: request,
    // Apollo Server looks at the request only after that: nobody unknown has anything parsed.
    context: async () => {
      const context = await sudare.contextFor(request.headers, deadline.signal, request.peer);
      admitDocument(request, admission);
      return withDeadline(context, deadline.left);
    },
  });
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
