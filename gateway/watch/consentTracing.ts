import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import type { ConsentSource } from '../../policies/consent/source/source.ts';
import type { RequestSpans, SpanPart } from './requestSpans.ts';

/** Puts reads of the consent source into traces. */
export interface ConsentTracing {
  /** Runs work of which reads of the consent source are parts. */
  readonly within: <T>(spans: RequestSpans, work: () => Promise<T>) => Promise<T>;
  readonly source: (source: ConsentSource) => ConsentSource;
  readonly dispatcher: (dispatcher: Dispatcher) => Dispatcher;
}

/**
 * Creates it. The consent source knows nothing of requests, and several may share one of its reads: the read stands in
 * the trace of the one that began it. So it is found by what Node keeps along asynchronous calls, and nothing is kept
 * where nobody is told of spans.
 */
export function createConsentTracing(): ConsentTracing {
  const asking = new AsyncLocalStorage<RequestSpans>();
  const reading = new AsyncLocalStorage<SpanPart>();
  return {
    within: async (spans, work) => (spans.isRecording ? await asking.run(spans, work) : await work()),
    source: (source) => ({
      accepts: (subject) => source.accepts?.(subject) ?? true,
      close: async () => await source.close(),
      async read(subjects, signal) {
        const part = asking
          .getStore()
          ?.part('sudare.consent.read', SpanKind.CLIENT, { 'sudare.subjects': subjects.length });
        if (part === undefined) return await source.read(subjects, signal);
        try {
          const answer = await reading.run(part, async () => await source.read(subjects, signal));
          part.end('ok');
          return answer;
        } catch (error) {
          part.end('failed');
          throw error;
        }
      },
    }),
    dispatcher: (dispatcher) =>
      dispatcher.compose((dispatch) => (options, handler) => {
        const traceParent = reading.getStore()?.traceParent ?? null;
        return dispatch(traceParent === null ? options : withHeader(options, traceParent), handler);
      }),
  };
}

/** Headers of the consent source's calls are an object. */
function withHeader(options: Dispatcher.DispatchOptions, traceparent: string): Dispatcher.DispatchOptions {
  const { headers } = options;
  if (headers !== undefined && headers !== null && (Array.isArray(headers) || Symbol.iterator in headers)) {
    return options;
  }
  return { ...options, headers: { ...headers, traceparent } };
}
