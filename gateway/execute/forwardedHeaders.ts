import { CALLER_HEADER } from '../../policies/consent/callerToken.ts';
import { CONTEXT_HEADER } from '../../policies/context/subgraphContext.ts';
import { TIMEOUT_HEADER } from '../limits/deadline.ts';
import { CALLER_HEADERS, type RequestHeaders } from '../callers/caller.ts';

/** Reads the headers that go on to subgraphs: names and values in turn. */
export type ForwardedHeaders = (headers: RequestHeaders | undefined) => string[];

/** A header's name (RFC 9110, 5.6.2), but none with `*`, which would be meant for all. */
const TOKEN = /^[!#$%&'+\-.^_`|~\w]+$/;

/** Of one connection (RFC 9110, 7.6.1), or of one message's framing. */
const OF_ONE_HOP =
  /^(?:connection|expect|host|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

/** What the gateway says itself of what it sends and takes. */
const OF_THE_CALL = /^(?:accept|accept-encoding|content-.*)$/;

/**
 * Reads an allow-list of headers of the client's request that go on to subgraphs. There is no way to name them all.
 *
 * INVARIANT: what says who is calling without proof goes to no subgraph, which might believe it, and neither does
 * what the consent system is told by (test/gateway/execute/forwardedHeaders.test.ts). `authorization` goes where it
 * is named: a subgraph that gets it can call the gateway as the client.
 *
 * @throws an Error for a name that is none, or that may not be forwarded.
 */
export function forwardedHeaders(names: readonly string[]): ForwardedHeaders {
  const allowed = [...new Set(names.map((name) => name.toLowerCase()))];
  for (const name of allowed) {
    const problem = problemOf(name);
    if (problem !== null) throw new Error(`--forward-header ${JSON.stringify(name)}: ${problem}`);
  }
  return (headers) => {
    if (headers === undefined || allowed.length === 0) return [];
    return allowed.flatMap((name) => {
      const value = headers.get(name) ?? null;
      return value === null ? [] : [name, value];
    });
  };
}

function problemOf(name: string): string | null {
  if (!TOKEN.test(name)) return 'expected the name of a header, such as accept-language.';
  if (OF_ONE_HOP.test(name)) return 'it is about one connection and cannot be forwarded.';
  if (name === 'traceparent') return 'the gateway sends one of its own, in the trace that the client began.';
  if (OF_THE_CALL.test(name)) return 'it is about the body, and the gateway sends a body of its own.';
  if (name === TIMEOUT_HEADER) return 'the gateway says itself how much time is left.';
  const isOurs = name === CALLER_HEADER || name === CONTEXT_HEADER || name === 'client-cert-chain';
  if (isOurs || (name !== 'authorization' && CALLER_HEADERS.includes(name))) {
    return 'it says who is calling, which a subgraph must not take from a client.';
  }
  return null;
}
