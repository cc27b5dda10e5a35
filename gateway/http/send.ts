import type { ServerResponse } from 'node:http';
import { ERRORS, httpOf, type ErrorCode, type Refusal } from '../errors.ts';

/** Answers with JSON that no cache keeps. */
export function send(response: ServerResponse, status: number, body: object): void {
  sendAs(response, 'application/json; charset=utf-8', status, body);
}

/** Refuses a request before GraphQL, in the form that GraphQL's clients know. `status`: by default that of the code. */
export function refuse(
  response: ServerResponse,
  code: ErrorCode,
  message: string,
  status: number = ERRORS[code][0] ?? 500,
): void {
  const type = mediaType(response.req.headers.accept);
  sendAs(response, type, status, { errors: [{ message, extensions: { code } }] });
}

/** Refuses a request as a refusal says it, with its status and headers. */
export function sendRefusal(response: ServerResponse, given: Refusal): void {
  const { status, headers } = httpOf(given);
  for (const [name, value] of headers) response.setHeader(name, value);
  const type = mediaType(response.req.headers.accept);
  const { code } = given.extensions;
  sendAs(response, type, status, { errors: [{ message: given.message, extensions: { code } }] });
}

/** That of GraphQL over HTTP, for those who know it. */
function mediaType(accept = ''): string {
  return /\bapplication\/graphql-response\+json\b/i.test(accept)
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8';
}

function sendAs(response: ServerResponse, type: string, status: number, body: object): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
