/** Where the servers of the consent cache are, and how they are entered. */
export type RedisPlace =
  | { readonly kind: 'single'; readonly address: RedisAddress; readonly access: RedisAccess }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisAddress[];
      /** What the Sentinels call the primary. */
      readonly name: string;
      readonly access: RedisAccess;
      /** Of the Sentinels themselves. */
      readonly sentinelUser: RedisUser;
    }
  | { readonly kind: 'cluster'; readonly seeds: readonly RedisAddress[]; readonly access: RedisAccess };

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** `null`: not given. A password without a name is the default user's. */
export interface RedisUser {
  readonly username: string | null;
  readonly password: string | null;
}

/** `db`: the number of the logical database. `tls`: certificates are checked, as Node checks any. */
export interface RedisAccess extends RedisUser {
  readonly db: number;
  readonly tls: boolean;
}

const PORT = 6379;
const SENTINEL_PORT = 26379;

const EXPECTED =
  'expected a URL that begins with redis:// or rediss://; or two or more of them with commas between, nodes of ' +
  'a Redis Cluster; or redis-sentinel://user:password@host:26379,host:26379/0#primary (rediss-sentinel:// with TLS)';
const ENCODED = 'characters such as @ : / # ? % in user and password are written %40 %3A %2F %23 %3F %25';

/**
 * What a `REDIS_URL` says:
 *
 * - `redis://user:password@host:6379/0`: one server; `rediss://` with TLS.
 * - `redis://a:6379,redis://b:6379`: some nodes of one Redis Cluster, with the same user and password.
 * - `redis-sentinel://user:password@a:26379,b:26379/0#mymaster`: Sentinels and what they call the primary. User and
 *   password are the primary's; those of the Sentinels may follow the database, `/0?user=…&password=…#mymaster`.
 *
 * Throws `TypeError` for anything else, saying what was expected. It quotes nothing: there are passwords in it.
 */
export function parseRedisUrl(text: string): RedisPlace {
  const given = text.trim();
  if (/^rediss?-sentinel:/.test(given)) return sentinelOf(given);
  // A comma may also stand in a password.
  const servers = given.split(/,\s*(?=rediss?:)/).map(serverOf);
  const [first, ...others] = servers;
  if (first === undefined) throw wrong(EXPECTED);
  if (others.length === 0) return { kind: 'single', ...first };
  const same = JSON.stringify(first.access);
  if (others.some(({ access }) => JSON.stringify(access) !== same)) {
    throw wrong('expected the same scheme, user and password for all nodes of the Cluster');
  }
  if (first.access.db !== 0) throw wrong('expected no database number: a Cluster has none but 0');
  return { kind: 'cluster', seeds: servers.map(({ address }) => address), access: first.access };
}

function serverOf(text: string): { readonly address: RedisAddress; readonly access: RedisAccess } {
  const [, scheme, user, host, database] =
    /^(rediss?):\/\/(?:([^/?#]*)@)?([^/?#@,]+)(?:\/([^?#]*))?$/.exec(text) ?? [];
  if (scheme === undefined || host === undefined) throw wrong(`${EXPECTED}; ${ENCODED}`);
  return {
    address: addressOf(host, PORT),
    access: { ...userOf(user), db: databaseOf(database), tls: scheme === 'rediss' },
  };
}

function sentinelOf(text: string): RedisPlace {
  const [, scheme, user, hosts, database, query, name] =
    /^(rediss?)-sentinel:\/\/(?:([^/?#]*)@)?([^/?#@]+)(?:\/([^?#]*))?(?:\?([^#]*))?#(.+)$/.exec(text) ?? [];
  if (scheme === undefined || hosts === undefined || name === undefined) {
    throw wrong(
      `expected redis-sentinel://user:password@host:26379,host:26379/0#primary, with what the Sentinels call the ` +
        `primary after the #; ${ENCODED}`,
    );
  }
  const asked = new URLSearchParams(query);
  if ([...asked.keys()].some((key) => key !== 'user' && key !== 'password')) {
    throw wrong('expected no parameters but user and password, those of the Sentinels themselves');
  }
  return {
    kind: 'sentinel',
    sentinels: hosts.split(',').map((host) => addressOf(host, SENTINEL_PORT)),
    name: decoded(name),
    access: { ...userOf(user), db: databaseOf(database), tls: scheme === 'rediss' },
    sentinelUser: { username: asked.get('user'), password: asked.get('password') },
  };
}

/** `host`, `host:port` or `[v6]:port`. */
function addressOf(text: string, usualPort: number): RedisAddress {
  const url = URL.parse(`redis://${text.trim()}`);
  if (url === null || url.hostname === '' || url.host !== text.trim()) {
    throw wrong(`expected host or host:port; ${ENCODED}`);
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPort : Number(url.port),
  };
}

function userOf(text: string | undefined): RedisUser {
  if (text === undefined || text === '') return { username: null, password: null };
  const colon = text.indexOf(':');
  if (colon === -1) throw wrong('expected user:password@ or :password@ before the host');
  const username = decoded(text.slice(0, colon));
  const password = decoded(text.slice(colon + 1));
  if (password === '') throw wrong('expected a password after the user');
  return { username: username === '' ? null : username, password };
}

function databaseOf(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw wrong(`expected the number of a database after the host; ${ENCODED}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`expected percent-encoding; ${ENCODED}`);
  }
}

function wrong(expected: string): TypeError {
  return new TypeError(`Redis URL: ${expected}.`);
}
