import { ConfigError } from '../../flags.ts';
import { orNone, section } from '../setting.ts';
import { count, text } from '../settingSchemas.ts';

/** How long a stop takes, in seconds; a developer has no balancer that would have to notice, and waits at the keyboard. */
export const STOPPING_SECONDS = Object.freeze({
  production: { notice: 3, drain: 10 },
  dev: { notice: 0, drain: 4 },
});

/** Where the gateway listens. */
export const server = section({
  help: 'Where the gateway listens.',
  settings: {
    host: {
      schema: text.default('127.0.0.1'),
      help: 'address to listen on',
      flag: { name: 'host', value: 'HOST' },
    },
    port: {
      schema: count('a number', 0, 65_535).default(4000),
      help: 'port to listen on; 0 takes a free one',
      flag: { name: 'port', value: 'N', read: portOf },
    },
    noticeSeconds: {
      schema: orNone(count('whole seconds', 0, 600)),
      help: 'how long SIGTERM leaves the gateway listening while /health/ready says no, so that balancers notice; default 3, with --dev 0',
      counts: (value, { mode }) => value ?? STOPPING_SECONDS[mode].notice,
    },
    drainSeconds: {
      schema: orNone(count('whole seconds', 0, 3_600)),
      help: 'how long requests in flight may then take before they are cut off; default 10, with --dev 4',
      counts: (value, { mode }) => value ?? STOPPING_SECONDS[mode].drain,
    },
  },
});

function portOf([text = '']: readonly string[]): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new ConfigError(`--port ${text}: expected a number from 0 to 65535.`);
}
