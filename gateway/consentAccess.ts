import type { Dispatcher } from 'undici';
import { createConsentCache, type ConsentCache } from '../policies/consent/cache.ts';
import { CALLER_HEADER, GATEWAY_CLIENT, signCallerToken } from '../policies/consent/callerToken.ts';
import { checkedSource } from '../policies/consent/source/checkedSource.ts';
import type { ConsentMapping } from '../policies/consent/source/consentMapping.ts';
import { createGraphqlConsentSource } from '../policies/consent/source/graphqlSource.ts';
import { createHttpConsentSource } from '../policies/consent/source/httpSource.ts';
import { createConsentLookup, type ConsentLookup } from '../policies/consent/lookup.ts';
import { ConsentUnavailableError, type ConsentSource } from '../policies/consent/source/source.ts';
import type { Generation } from './generation.ts';
import type { Log } from './log.ts';
import { seldom } from './seldom.ts';
import type { Watch } from './watch/watch.ts';

/** How a gateway reaches the consent system. */
export interface ConsentOptions {
  /**
   * Where the consent source protocol is spoken, or, with `mapping`, JSON of another kind; `null`: nowhere, and
   * everybody's consent is unavailable.
   */
  readonly url: string | null;
  /** How the system at `url` is asked and understood where it does not speak the protocol; see `loadConsentMapping`. */
  readonly mapping?: ConsentMapping | null;
  /** Where consents are read in place of `url`: a source of one's own. It is closed with the gateway. */
  readonly source?: ConsentSource;
  /** Shared with the consent subgraph, at least 32 bytes; `null`: calls go unsigned. */
  readonly callerKey: Uint8Array | null;
  /** Whether a supergraph that the consent system is part of takes `callerKey`; `waived` for development alone. */
  readonly signing?: 'required' | 'waived';
  /** `null`: no cache across requests. */
  readonly redis: { readonly url: string; readonly keySecret: Uint8Array } | null;
  /** Of one read of consent states, in ms. */
  readonly timeoutMs: number;
}

const SAID_EVERY_MS = 10_000;

/** What the look-up of consents uses of its gateway. */
export interface ConsentSurroundings {
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly watch: Pick<Watch, 'consentSource' | 'consentDispatcher'>;
}

/** The gateway's own reads. */
const OURS = Object.freeze({ client: GATEWAY_CLIENT, endUser: null, actor: null, consentWrite: [] });

/** Opens the look-up of consents. */
export function openConsentLookup(
  options: ConsentOptions,
  { dispatcher, log, watch }: ConsentSurroundings,
): ConsentLookup {
  const { redis, timeoutMs } = options;
  // Source and cache word their errors without ids, keys or credentials.
  const sourceFailed = seldom(SAID_EVERY_MS, (error, unsaid) => {
    const tell = error instanceof ConsentUnavailableError ? log.refused : log.failure;
    tell('consent states could not be read; nothing that depends on them is shown', error, { unsaid });
  });
  const cacheFailed = seldom(SAID_EVERY_MS, (error, unsaid) =>
    log.refused('consent cache failed; the source is read for each request', error, { unsaid }),
  );
  const cache =
    redis === null
      ? null
      : createConsentCache({ redisUrl: redis.url, keySecret: redis.keySecret, onError: cacheFailed });
  const unwatched = sourceOf(options, watch.consentDispatcher(dispatcher), cache);
  const source = unwatched === null ? null : watch.consentSource(unwatched);
  return createConsentLookup({ source, cache, timeoutMs, onError: sourceFailed });
}

function sourceOf(
  { url, mapping, source, callerKey, timeoutMs }: ConsentOptions,
  dispatcher: Dispatcher,
  cache: ConsentCache | null,
): ConsentSource | null {
  if (source !== undefined) return checkedSource(source);
  if (url === null) return null;
  // The caller's token opens everybody's consent states at ours: a system that others run is not sent it.
  if (mapping != null) return createHttpConsentSource({ url, mapping, timeoutMs, dispatcher });
  return createGraphqlConsentSource({
    url,
    timeoutMs,
    dispatcher,
    keptAt: () => cache?.place() ?? null,
    headers: async () =>
      callerKey === null ? {} : { [CALLER_HEADER]: await signCallerToken(callerKey, OURS) },
  });
}

/**
 * Checks that the consent system can be told who is calling. Without a signature it would have to believe everybody
 * who reaches it, or nobody.
 *
 * @throws an Error that says what to set.
 */
export function checkSigning(
  { callerKey, signing = 'required' }: ConsentOptions,
  { consentSubgraphs }: Generation,
): void {
  if (callerKey !== null || signing === 'waived' || consentSubgraphs.size === 0) return;
  const names = [...consentSubgraphs].map((name) => `"${name}"`).join(', ');
  throw new Error(
    `The supergraph has the consent system's own subgraph ${names}, which is told who is calling by signed tokens. ` +
      'Expected the key that the consent subgraph has: SUDARE_CALLER_KEY in the environment, ' +
      '`keys.caller: { file: … }` in sudare.yaml, or consent.callerKey where Sudare is embedded; ' +
      'only --dev goes without.',
  );
}
