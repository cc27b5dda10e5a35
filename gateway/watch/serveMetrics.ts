import { createServer } from 'node:http';
import { once } from 'node:events';
import type { Metrics } from './metrics.ts';

/** Options of `serveMetrics`. */
export interface ServeMetricsOptions {
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Metrics that are being served. */
export interface ServedMetrics {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves `/metrics` to Prometheus, on a listener of its own: what is counted tells much of a company, and nobody who may
 * ask the gateway needs to know it.
 *
 * @throws what listening throws, e.g. `EADDRINUSE`.
 */
export async function serveMetrics({ metrics, host, port }: ServeMetricsOptions): Promise<ServedMetrics> {
  const server = createServer((request, response) => {
    // Nothing is read of a body, and nobody keeps a connection by sending one.
    const isAsked = request.method === 'GET' && (request.url ?? '').replace(/\?.*$/, '') === '/metrics';
    if (!isAsked) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    const answer = async (): Promise<void> => {
      const text = await metrics.text();
      response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
      response.end(text);
    };
    answer().catch(() => response.writeHead(500, { connection: 'close' }).end());
  });
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 100;
  // It is not what keeps a process that could not serve.
  server.unref();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
