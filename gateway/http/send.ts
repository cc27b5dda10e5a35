import type { ServerResponse } from 'node:http';
import { ERRORS, type ErrorCode } from '../errors.ts';

/** Answers with JSON that no cache keeps. */
export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

/** Refuses a request before GraphQL, in the form that GraphQL's clients know. `status`: by default that of the code. */
export function refuse(
  response: ServerResponse,
  code: ErrorCode,
  message: string,
  status: number = ERRORS[code][0] ?? 500,
): void {
  send(response, status, { errors: [{ message, extensions: { code } }] });
}
