import { TraceFlags, type TracerProvider } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { seldom } from '../seldom.ts';

/** Options of `openTraces`. */
export interface OpenTracesOptions {
  /** Where spans are sent by OTLP over HTTP, such as `http://collector:4318/v1/traces`. */
  readonly endpoint: string;
  /** The part of traces that is told of where the client's `traceparent` does not say, from 0 to 1. */
  readonly ratio: number;
  /** Told that spans were lost: seldom, and how often it was left unsaid. */
  readonly onFailure: (unsaid: number) => void;
  /** Told how many were lost, each time. */
  readonly onLost?: (spans: number) => void;
}

/** Where spans are made and sent. */
export interface OpenTraces {
  readonly tracerProvider: TracerProvider;
  /** Sends what waits, and gives up after some seconds. */
  readonly close: () => Promise<void>;
}

const SAID_EVERY_MS = 60_000;
/** How long an endpoint may take, in ms; while it does nothing waits but spans. */
const TIMEOUT_MS = 5_000;
/** Spans that may wait to be sent. */
const MAX_WAITING = 2_048;

/**
 * Sets up an OpenTelemetry SDK that sends spans to one endpoint. It is loaded here and not before, so that a gateway
 * without an endpoint neither has it in memory nor sends anything.
 *
 * It is the gateway's own and not registered for the process: libraries that would write spans of theirs, such as
 * @apollo/gateway, whose words may quote values, find none. Spans say nothing of the host and the process, whose
 * arguments may hold anything; headers for the endpoint come from `OTEL_EXPORTER_OTLP_HEADERS`.
 */
export async function openTraces(options: OpenTracesOptions): Promise<OpenTraces> {
  const [
    { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler },
    otlp,
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new otlp.OTLPTraceExporter({ url: options.endpoint, timeoutMillis: TIMEOUT_MS });
  const failed = seldom(SAID_EVERY_MS, (_, unsaid) => options.onFailure(unsaid));
  const lose = (spans: number): void => {
    options.onLost?.(spans);
    failed(LOST);
  };
  let waiting = 0;
  const batches = new BatchSpanProcessor(
    {
      export(spans, done) {
        waiting -= spans.length;
        exporter.export(spans, (result) => {
          if (!isExported(result.code)) lose(spans.length);
          // Its error may quote the endpoint's answer, and the SDK would tell whoever listens of it.
          done({ code: EXPORTED });
        });
      },
      shutdown: async () => await exporter.shutdown(),
      forceFlush: async () => await exporter.forceFlush(),
    },
    { maxQueueSize: MAX_WAITING },
  );
  let isClosed = false;
  // The SDK's queue drops what is too much and tells nobody. It never holds more than those that wait by our count, so
  // what is not passed on here, and counted, is all that it would drop.
  const processor: SpanProcessor = {
    onStart: (span, parent) => batches.onStart(span, parent),
    onEnd(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (isClosed || waiting >= MAX_WAITING) return lose(1);
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: async () => await batches.forceFlush(),
    async shutdown() {
      isClosed = true;
      await batches.shutdown();
    },
  };
  const tracerProvider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'sudare' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [processor],
  });
  return {
    tracerProvider,
    async close() {
      // What an endpoint does not take is lost; a stop does not fail for it.
      await tracerProvider.shutdown().catch(() => failed(LOST));
    },
  };
}

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const EXPORTED = 0;

function isExported(code: number): boolean {
  return code === EXPORTED;
}

/** What is said once in a while is told apart by its words. */
const LOST = new Error('spans');
