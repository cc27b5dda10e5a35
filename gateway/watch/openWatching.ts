import type { Logger } from 'pino';
import { createMetrics } from './metrics.ts';
import { openTraces } from './openTraces.ts';
import { serveMetrics } from './serveMetrics.ts';
import { createWatch, type Watch } from './watch.ts';

/** What an operator chooses; `null`: nothing is served, nothing is sent. */
export interface WatchingConfig {
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly traces: { readonly endpoint: string; readonly ratio: number } | null;
}

/** What watches a gateway, with what it listens on and sends to. */
export interface Watching {
  readonly watch: Watch;
  /** Where metrics are served; `null`: nowhere. */
  readonly metricsUrl: string | null;
  /** After the gateway has stopped: its last requests are told of too. */
  readonly close: () => Promise<void>;
}

/** Opens what the operator configured. @throws what listening throws, e.g. `EADDRINUSE`. */
export async function openWatching(config: WatchingConfig, logger: Logger): Promise<Watching> {
  const metrics = config.metrics === null ? null : createMetrics();
  const served =
    metrics === null || config.metrics === null ? null : await serveMetrics({ ...config.metrics, metrics });
  const traces =
    config.traces === null
      ? null
      : await openTraces({
          ...config.traces,
          onFailure: (unsaid) =>
            logger.warn({ unsaid }, 'traces were not taken by the endpoint; they are lost'),
          onLost: () => metrics?.spansNotExported(),
        });
  return {
    watch: createWatch({
      logger,
      metrics,
      ...(traces === null ? {} : { tracerProvider: traces.tracerProvider }),
    }),
    metricsUrl: served?.url ?? null,
    async close() {
      await Promise.all([served?.close(), traces?.close()]);
    },
  };
}
