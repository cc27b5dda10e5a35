import {
  context as openTelemetry,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { RequestHeaders } from '../callers/caller.ts';
import { newTraceId, traceParentOf, traceParentText } from './traceParent.ts';

/** One request's trace. Attributes are names of the policy, the schema and this code, and counts; see `createMetrics`. */
export interface RequestSpans {
  /** 32 hexadecimal digits, whatever the client sent. */
  readonly traceId: string;
  /** Whether anybody is told of its spans. */
  readonly isRecording: boolean;
  /** Ends the step before and begins the next. */
  readonly step: (name: string) => void;
  /** Tells more of the request. */
  readonly tell: (attributes: Attributes) => void;
  /** Begins a part of the step that was begun last; several may go on side by side. */
  readonly part: (name: string, kind: SpanKind, attributes: Attributes) => SpanPart;
  readonly end: (attributes: Attributes, status: 'ok' | 'failed') => void;
}

/** A part of a step. */
export interface SpanPart {
  /** The header that tells whoever is called of it; `null`: there is no trace. */
  readonly traceParent: string | null;
  readonly end: (status: 'ok' | 'failed', attributes?: Attributes) => void;
}

/**
 * Begins the trace of a request, below the span that a server's own instrumentation has begun, or else below the
 * `traceparent` that the client sent.
 *
 * Where no SDK listens, the API's tracer gives spans that tell nobody; the client's `traceparent` then goes on to
 * subgraphs as it is, so that the gateway breaks no trace.
 */
export function beginSpans(tracer: Tracer, headers: RequestHeaders | undefined): RequestSpans {
  const remote = traceParentOf(headers);
  const around = openTelemetry.active();
  const parent =
    remote === null || trace.getSpanContext(around) !== undefined
      ? around
      : trace.setSpanContext(around, remote);
  const request = tracer.startSpan('sudare.request', { kind: SpanKind.SERVER }, parent);
  const spanContext = request.spanContext();
  const traceId = isSpanContextValid(spanContext) ? spanContext.traceId : (remote?.traceId ?? newTraceId());
  if (!request.isRecording()) return silentSpans(traceId, textOf(request));

  const below = trace.setSpan(parent, request);
  let step: Span | null = null;
  let stepContext: Context = below;
  return {
    traceId,
    isRecording: true,
    step(name) {
      step?.end();
      step = tracer.startSpan(name, {}, below);
      stepContext = trace.setSpan(below, step);
    },
    tell: (attributes) => void request.setAttributes(attributes),
    part(name, kind, attributes) {
      const span = tracer.startSpan(name, { kind, attributes }, stepContext);
      return {
        traceParent: textOf(span),
        end(status, more = {}) {
          span.setAttributes(more);
          endSpan(span, status);
        },
      };
    },
    end(attributes, status) {
      if (step !== null) endSpan(step, status);
      request.setAttributes(attributes);
      endSpan(request, status);
    },
  };
}

/** No message: it could hold anything. */
function endSpan(span: Span, status: 'ok' | 'failed'): void {
  if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function textOf(span: Span): string | null {
  const spanContext = span.spanContext();
  return isSpanContextValid(spanContext) ? traceParentText(spanContext) : null;
}

/** Spans that nobody is told of. */
export function silentSpans(traceId: string, traceParent: string | null): RequestSpans {
  const part: SpanPart = { traceParent, end: nothing };
  return {
    traceId,
    isRecording: false,
    step: nothing,
    tell: nothing,
    part: () => part,
    end: nothing,
  };
}

function nothing(): void {
  // Nobody listens.
}
