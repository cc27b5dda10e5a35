import type { ServerResponse } from 'node:http';
import type { Readiness } from '../watch/readiness.ts';
import { send } from './send.ts';

/**
 * Answers `/health/live`, `/health/ready` and `/health`, which is the same as the first. Whoever reaches the gateway
 * may ask: words of ours alone, without addresses, names of files or what was wrong in them.
 */
export function health(
  pathname: string,
  response: ServerResponse,
  readiness: Pick<Readiness, 'answer'>,
): void {
  if (pathname !== '/health/ready') return send(response, 200, { status: 'ok' });
  const answer = readiness.answer();
  send(response, answer.status === 'ready' ? 200 : 503, answer);
}
