import { AUDIT_FLAGS, readAuditFlags, type AuditConfig } from './audit/auditFlags.ts';
import { forwardedHeaders } from './execute/forwardedHeaders.ts';
import type { SubgraphSettings } from './execute/httpSources.ts';
import { keyOf, namesOf, portOf, redisOf, subgraphTimeoutsOf, subgraphUrlsOf, urlOf } from './flagValues.ts';
import { ConfigError, flagsHelp, readFlags, type Flag, type Flags } from './flags.ts';
import type { TokenVerifierOptions } from './callers/verifyToken.ts';

/** What `sudare start` was told. */
export interface StartConfig extends ServingConfig {
  readonly supergraph: string;
}

/** How a gateway is to serve, whatever its supergraph comes from. */
export interface ServingConfig {
  readonly policy: string;
  readonly consentUrl: string | null;
  /** How the system at `consentUrl` is asked and understood where it does not speak the protocol. */
  readonly consentMapping: { readonly file: string; readonly environment: Environment } | null;
  readonly redisUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly mode: 'dev' | 'production';
  readonly stamp: 'required' | 'waived';
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Of one call of a subgraph, in ms; `null`: the default. */
  readonly subgraphTimeoutMs: number | null;
  readonly subgraphs: ReadonlyMap<string, SubgraphSettings>;
  /** Headers of the client's request that go on to subgraphs. */
  readonly forwardHeaders: readonly string[];
  /** Names of subgraphs whose errors are told in their own words; empty outside `dev`. */
  readonly includeSubgraphErrors: readonly string[];
  /** `null`: callers have none to show, which is for `--dev` alone. */
  readonly tokens: TokenVerifierOptions | null;
  readonly audit: AuditConfig;
  readonly keys: Keys;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Secrets, from the environment alone so that no process list shows them; each 32 bytes or more in base64. */
export interface Keys {
  readonly caller: Uint8Array | null;
  readonly cache: Uint8Array | null;
  readonly audit: Uint8Array | null;
  readonly pseudonym: Uint8Array | null;
}

/** Flags of `sudare start`, in the order of the help text. */
const FLAGS: readonly Flag[] = Object.freeze([
  { flag: 'supergraph', value: 'FILE', help: 'SDL of a composed supergraph' },
  { flag: 'policy', value: 'FILE', help: 'policy.yaml' },
  {
    flag: 'consent-url',
    value: 'URL',
    help: 'where the consent source protocol is spoken; without it no consent is known',
  },
  {
    flag: 'consent-mapping',
    value: 'FILE',
    help: 'how the system at --consent-url is asked and understood, where it speaks JSON of its own',
  },
  {
    flag: 'redis-url',
    value: 'URL',
    help: 'cache of consent states, also a Cluster or Sentinels; without it they are read for each request',
  },
  { flag: 'host', value: 'HOST', help: 'address to listen on (127.0.0.1)' },
  { flag: 'port', value: 'N', help: 'port to listen on (4000); 0 takes a free one' },
  { flag: 'dev', value: null, help: 'believe x-client-id and tell true reasons; loopback only' },
  { flag: 'unverified', value: null, help: 'serve a supergraph that `sudare compose` did not stamp' },
  {
    flag: 'subgraph-url',
    value: 'NAME=URL',
    help: 'route a subgraph elsewhere; may be repeated',
    repeats: true,
  },
  {
    flag: 'subgraph-timeout',
    value: 'NAME=MS',
    help: 'how long a call of a subgraph may take; MS alone for all others (30000); may be repeated',
    repeats: true,
  },
  {
    flag: 'subgraph-http2',
    value: 'NAMES',
    help: 'call these subgraphs, such as accounts,jobs, by HTTP/2 where they offer it (experimental)',
  },
  {
    flag: 'forward-header',
    value: 'NAME',
    help: 'pass this header of the client’s request on to subgraphs; may be repeated',
    repeats: true,
  },
  {
    flag: 'include-subgraph-errors',
    value: 'NAMES',
    help: 'with --dev: tell the errors of these subgraphs, such as accounts,jobs, in their own words',
  },
  { flag: 'jwks', value: 'FILE', help: 'keys that callers’ tokens are verified with: JWKS, JWK or PEM' },
  { flag: 'jwt-issuer', value: 'ISS', help: 'issuer that tokens must have; needed with --jwks' },
  { flag: 'jwt-audience', value: 'AUD', help: 'audience that tokens must have; needed with --jwks' },
  ...AUDIT_FLAGS,
]);

const NOT_IN_DEVELOPMENT = ['supergraph', 'dev', 'unverified', 'jwks', 'jwt-issuer', 'jwt-audience'];

/** Those of the flags that `sudare dev` has too, where the policy is among what is composed. */
export const DEVELOPMENT_FLAGS: readonly Flag[] = Object.freeze(
  FLAGS.filter(({ flag }) => flag !== 'policy' && !NOT_IN_DEVELOPMENT.includes(flag)),
);

/** The environment as a help text lists it. */
export const ENVIRONMENT_HELP = `Environment (base64, 32 bytes or more, e.g. from "openssl rand -base64 32"):
  SUDARE_CALLER_KEY         shared with the consent subgraph: signs who is calling; needed where the
                            supergraph has that subgraph, but for --dev
  SUDARE_CACHE_KEY          shared with the consent subgraph: hides subject ids in Redis; needed with --redis-url
  SUDARE_AUDIT_KEY          makes references to subjects in the access record where the consent source gives none;
                            a random one by default
  SUDARE_PSEUDONYM_KEY      makes pseudonyms; without it such masks show the constant
`;

/** The help text. */
export const USAGE = `sudare start --supergraph FILE --policy FILE [options]

${flagsHelp(FLAGS)}

${ENVIRONMENT_HELP}`;

/** Reads flags and environment. @throws ConfigError */
export function readStartConfig(args: readonly string[], environment: Environment): StartConfig {
  const flags = readFlags(FLAGS, args);
  const supergraph = flags.required('supergraph', 'a file with the SDL of a composed supergraph');
  const mode = flags.has('dev') ? 'dev' : 'production';
  const stamp = flags.has('unverified') ? 'waived' : 'required';
  return { supergraph, ...readServingConfig(flags, environment, { mode, stamp }) };
}

/** Reads how to serve. @throws ConfigError */
export function readServingConfig(
  flags: Flags,
  environment: Environment,
  given: Pick<ServingConfig, 'mode' | 'stamp'>,
): ServingConfig {
  const { text, required, all } = flags;
  const timeouts = subgraphTimeoutsOf(all('subgraph-timeout'));
  const config: ServingConfig = {
    ...given,
    policy: required('policy', 'a policy.yaml'),
    consentUrl: urlOf('consent-url', text('consent-url'), ['http:', 'https:']),
    consentMapping: mappingOf(text('consent-mapping'), text('consent-url'), environment),
    redisUrl: redisOf('redis-url', text('redis-url')),
    host: text('host') ?? '127.0.0.1',
    port: portOf(text('port') ?? '4000'),
    subgraphUrls: subgraphUrlsOf(all('subgraph-url')),
    subgraphTimeoutMs: timeouts.get(null) ?? null,
    subgraphs: settingsOf(timeouts, namesOf('subgraph-http2', text('subgraph-http2'))),
    forwardHeaders: headersOf(all('forward-header')),
    includeSubgraphErrors: namesOf('include-subgraph-errors', text('include-subgraph-errors')),
    tokens: tokensOf(text, required),
    audit: readAuditFlags(flags),
    keys: {
      caller: keyOf('SUDARE_CALLER_KEY', environment),
      cache: keyOf('SUDARE_CACHE_KEY', environment),
      audit: keyOf('SUDARE_AUDIT_KEY', environment),
      pseudonym: keyOf('SUDARE_PSEUDONYM_KEY', environment),
    },
  };
  checkTogether(config);
  return config;
}

function mappingOf(
  file: string | null,
  url: string | null,
  environment: Environment,
): ServingConfig['consentMapping'] {
  if (file !== null && url === null) throw new ConfigError('--consent-mapping needs --consent-url.');
  return file === null ? null : { file, environment };
}

function settingsOf(
  timeouts: ReadonlyMap<string | null, number>,
  http2: readonly string[],
): ReadonlyMap<string, SubgraphSettings> {
  const settings = new Map<string, SubgraphSettings>();
  for (const [name, timeoutMs] of timeouts) if (name !== null) settings.set(name, { timeoutMs });
  for (const name of http2) settings.set(name, { ...settings.get(name), http2: 'offered' });
  return settings;
}

/** Names of headers that may be forwarded. */
function headersOf(names: readonly string[]): readonly string[] {
  try {
    forwardedHeaders(names);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
  return names;
}

/** Whose tokens are accepted: a key alone would accept what its owner signed for anybody. */
function tokensOf(text: Flags['text'], required: Flags['required']): TokenVerifierOptions | null {
  const keyFile = text('jwks');
  if (keyFile !== null) {
    return {
      keyFile,
      issuer: required('jwt-issuer', 'the issuer that tokens name in `iss`; --jwks alone would take any'),
      audience: required(
        'jwt-audience',
        'the audience that tokens name in `aud`; --jwks alone would take tokens for other services',
      ),
    };
  }
  for (const flag of ['jwt-issuer', 'jwt-audience']) {
    if (text(flag) !== null) throw new ConfigError(`--${flag} needs --jwks, the keys to verify tokens with.`);
  }
  return null;
}

function checkTogether({ mode, host, tokens, redisUrl, keys, includeSubgraphErrors }: ServingConfig): void {
  if (mode === 'dev' && !isLoopback(host)) {
    throw new ConfigError(
      `--dev believes every caller, so it listens on loopback only; expected --host 127.0.0.1, ::1 or localhost.`,
    );
  }
  if (mode === 'production' && includeSubgraphErrors.length > 0) {
    throw new ConfigError(
      '--include-subgraph-errors tells what subgraphs say, which may quote personal data; expected it with --dev alone.',
    );
  }
  if (mode === 'production' && tokens === null) {
    throw new ConfigError(
      'Nobody could be identified: expected --jwks FILE to verify callers’ tokens with, and --jwt-issuer and --jwt-audience, or --dev on a developer’s machine.',
    );
  }
  if (redisUrl !== null && keys.cache === null) {
    throw new ConfigError(
      '--redis-url needs SUDARE_CACHE_KEY in the environment, the same as the consent subgraph’s.',
    );
  }
}

/** Whether an address or name stands for this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
