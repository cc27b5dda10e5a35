import { randomUUID } from 'node:crypto';
import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import type { RequestHeaders } from '../callers/caller.ts';

/** All of a version that is known, lower case; neither the version `ff` nor ids of zeros are any. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

/**
 * Reads the `traceparent` of a request (W3C Trace Context, 3.2).
 *
 * INVARIANT: nothing of a request goes on into traces, the record or to subgraphs that is not hexadecimal digits in their
 * places (test/gateway/watch/traceParent.test.ts). `tracestate` is not read: anything may stand in it.
 *
 * @returns `null` where there is none, or what came is none.
 */
export function traceParentOf(headers: RequestHeaders | undefined): SpanContext | null {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(headers?.get('traceparent') ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
}

/** The header `traceparent` that tells others of a span. */
export function traceParentText({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
}

/** A trace id of a request that came without one. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}
