import { parseRedisUrl } from '../policies/consent/redis/redisUrl.ts';
import { ConfigError } from './flags.ts';

/** A port's number; `0` stands for a free one. @throws ConfigError */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new ConfigError(`--port ${text}: expected a number from 0 to 65535.`);
}

/** A URL with one of the protocols, as `https:`. @throws ConfigError */
export function urlOf(flag: string, text: string | null, protocols: readonly string[]): string | null {
  if (text === null) return null;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new ConfigError(
    `--${flag}: expected a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}.`,
  );
}

/** Where Redis is: a URL or a list of URLs, as they were given. @throws ConfigError that quotes nothing of it */
export function redisOf(flag: string, text: string | null): string | null {
  if (text === null) return null;
  try {
    parseRedisUrl(text);
    return text;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`--${flag}: ${message.replace('Redis URL: ', '')}`);
  }
}

/** URLs by subgraph, given as `NAME=URL`. @throws ConfigError */
export function subgraphUrlsOf(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((pair) => {
      const [, name = '', url = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === '')
        throw new ConfigError(
          '--subgraph-url: expected NAME=URL, e.g. accounts=http://127.0.0.1:4001/graphql.',
        );
      return [name, urlOf('subgraph-url', url, ['http:', 'https:']) ?? url];
    }),
  );
}

/**
 * Time-outs of calls in ms, given as `NAME=MS` for one subgraph and `MS` for all others; these stand under `null`.
 *
 * @throws ConfigError
 */
export function subgraphTimeoutsOf(given: readonly string[]): ReadonlyMap<string | null, number> {
  return new Map(
    given.map((pair) => {
      const [, name = null, ms = ''] = /^(?:([^=]+)=)?(\d{1,9})$/.exec(pair) ?? [];
      if (Number(ms) > 0) return [name, Number(ms)];
      throw new ConfigError(
        '--subgraph-timeout: expected NAME=MS or MS, whole milliseconds above 0, e.g. accounts=2000.',
      );
    }),
  );
}

/** Names of subgraphs, given with commas between them. @throws ConfigError */
export function namesOf(flag: string, text: string | null): readonly string[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  if (text === null) return [];
  if (!names.includes('')) return names;
  throw new ConfigError(`--${flag}: expected names of subgraphs, such as accounts,jobs.`);
}

/** A secret of the environment. @throws ConfigError where it is too short. */
export function keyOf(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Uint8Array | null {
  const text = environment[name];
  if (text === undefined || text === '') return null;
  const key = Buffer.from(text, 'base64');
  if (key.length >= 32) return key;
  throw new ConfigError(`${name}: expected 32 bytes or more in base64, e.g. from "openssl rand -base64 32".`);
}
