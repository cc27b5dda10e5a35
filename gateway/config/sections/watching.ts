import { z } from 'zod';
import { orNone, section } from '../setting.ts';
import { httpUrl } from '../settingSchemas.ts';

const RATIO = 'expected a number from 0 to 1';
const ADDRESS = 'expected a host and a port, such as 127.0.0.1:9464';

/** Where to listen. */
const address = z
  .string({ error: ADDRESS })
  .regex(/^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i, { error: ADDRESS })
  .transform((given) => {
    const at = given.lastIndexOf(':');
    return { host: given.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(given.slice(at + 1)) };
  })
  .refine(({ port }) => port <= 65_535, { error: ADDRESS });

/** How the gateway is watched. */
export const watching = section({
  help: 'How the gateway is watched: log, metrics, traces.',
  settings: {
    logLevel: {
      schema: z
        .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
          error: 'expected fatal, error, warn, info, debug or silent',
        })
        .default('info'),
      help: 'what is logged on standard error: info tells of each request in one line, warn of failures alone',
      flag: { name: 'log-level', value: 'LEVEL' },
    },
    metrics: {
      schema: orNone(address),
      help: 'serve /metrics to Prometheus there, such as 127.0.0.1:9464; without it nothing is counted',
      flag: { name: 'metrics', value: 'HOST:PORT' },
    },
    traces: {
      schema: orNone(httpUrl),
      help: 'send traces there by OTLP over HTTP, such as http://localhost:4318/v1/traces; without it none are sent',
      secret: 'within',
      flag: { name: 'traces', value: 'URL' },
    },
    tracesRatio: {
      schema: z.number({ error: RATIO }).min(0, { error: RATIO }).max(1, { error: RATIO }).default(1),
      help: 'the part of traces that is sent, from 0 to 1, where the caller’s traceparent does not say',
    },
  },
  check: ({ traces }, given) =>
    given('tracesRatio') && traces === null ? 'watching.tracesRatio needs --traces.' : null,
});
