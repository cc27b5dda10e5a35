import { randomUUID } from 'node:crypto';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';

/**
 * The trace id of a request's `traceparent` (W3C Trace Context), or else a new one.
 *
 * @returns 32 hexadecimal digits, whatever the client sent.
 */
export function traceIdOf({ request }: Pick<GatewayGraphQLRequestContext, 'request'>): string {
  const parent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(
    request.http?.headers.get('traceparent') ?? '',
  );
  return parent?.[1] ?? randomUUID().replaceAll('-', '');
}
