import type { Logger } from 'pino';
import { inTime } from '../inTime.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openRequestLog } from './openRequestLog.ts';
import { openTraces } from './openTraces.ts';
import { serveMetrics, type ServedMetrics } from './serveMetrics.ts';
import { createWatch, type Watch } from './watch.ts';

/** What an operator chooses; see the section `watching` of `sudare.yaml`. */
export interface WatchingConfig {
  readonly logLevel: string;
  /** `null`: nothing is counted or served. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Where spans are sent by OTLP over HTTP; `null`: nothing is sent. */
  readonly traces: string | null;
  readonly tracesRatio: number;
}

/** What watches a gateway, with what it listens on and sends to. */
export interface Watching {
  readonly watch: Watch;
  /** Where metrics are served; `null`: nowhere. */
  readonly metricsUrl: string | null;
  /** After the gateway has stopped: its last requests are told of too. */
  readonly close: () => Promise<void>;
}

/** Opens what the operator configured; `logger` is told of failures. @throws Error that says what to do where metrics cannot be served. */
export async function openWatching(config: WatchingConfig, logger: Logger): Promise<Watching> {
  const metrics = config.metrics === null ? null : createMetrics();
  const served = metrics === null || config.metrics === null ? null : await serveOn(config.metrics, metrics);
  const traces =
    config.traces === null
      ? null
      : await openTraces({
          endpoint: config.traces,
          ratio: config.tracesRatio,
          onFailure: (unsaid) =>
            logger.warn(
              { unsaid },
              'traces were not taken by the endpoint, or not fast enough; they are lost',
            ),
          onLost: (spans) => metrics?.spansLost(spans),
        });
  const requests = openRequestLog(config.logLevel);
  return {
    watch: createWatch({
      logger: requests.logger,
      metrics,
      ...(traces === null ? {} : { tracerProvider: traces.tracerProvider }),
    }),
    metricsUrl: served?.url ?? null,
    async close() {
      const parts = [served?.close, traces?.close, requests.close];
      await Promise.all(
        parts.map(async (close) => {
          if (close !== undefined) await inTime(CLOSING_MS, close, () => undefined);
        }),
      );
    },
  };
}

/** How long a stop waits, in ms: for spans that wait to be sent, and for a log that nobody reads. */
const CLOSING_MS = 3_000;

async function serveOn(
  { host, port }: NonNullable<WatchingConfig['metrics']>,
  metrics: Metrics,
): Promise<ServedMetrics> {
  try {
    return await serveMetrics({ metrics, host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const message = `--metrics ${host}:${port} cannot be listened on${code}. Stop what uses it, or choose another.`;
    throw new Error(message, { cause: error });
  }
}
