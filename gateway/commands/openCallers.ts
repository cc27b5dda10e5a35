import { identifyByHeaders, identifyByToken, type Identify } from '../callers/caller.ts';
import { identifyByProxy } from '../callers/identifyByProxy.ts';
import { proxyIdentity } from '../callers/proxyIdentity.ts';
import { createTokenVerifier, type TokenVerifier } from '../callers/verifyToken.ts';
import type { ServingConfig } from '../config/servingConfig.ts';
import { ConfigError } from '../flags.ts';
import type { Log } from '../log.ts';
import type { Reloadable } from '../reload/reloadable.ts';
import { seldom } from '../seldom.ts';

/** How the callers of a served gateway are identified. */
export interface OpenedCallers {
  readonly identify: Identify;
  /** The key file, if there is one. */
  readonly reloadables: readonly Reloadable[];
  /** Whether something is wrong with the keys at the moment. */
  readonly isFailing: () => boolean;
  close(): void;
}

const SAID_EVERY_MS = 60_000;

/**
 * Opens what the settings say of tokens and certificates.
 *
 * INVARIANT: headers that anybody can send say who is calling in development alone; in production there is a verifier,
 * or nothing is served (test/gateway/commands/openCallers.test.ts).
 *
 * @throws ConfigError, or an Error that says what was expected of the keys.
 */
export async function openCallers(
  { mode, tokens, certificates }: ServingConfig,
  log: Log,
): Promise<OpenedCallers> {
  if (mode === 'dev') {
    return { identify: identifyByHeaders, reloadables: [], isFailing: () => false, close: () => undefined };
  }
  const verifier = await openVerifier(tokens, log);
  const byToken = verifier === null ? null : identifyByToken(verifier);
  const { proxies, header, form, clients } = certificates;
  const clientOf =
    proxies.length === 0
      ? null
      : proxyIdentity({
          proxies,
          header,
          ...(form === null ? {} : { form }),
          clients: new Map(Object.entries(clients)),
        });
  const identify = clientOf === null ? byToken : identifyByProxy(clientOf, byToken);
  if (identify === null) throw new ConfigError('Nobody could be identified: expected --jwks or --jwks-url.');
  const file = verifier?.file ?? null;
  return {
    identify,
    reloadables:
      file === null ? [] : [{ what: 'token-keys', file: file.path, text: file.text, replace: file.replace }],
    isFailing: () => (verifier?.problem() ?? null) !== null,
    close: () => verifier?.close(),
  };
}

async function openVerifier(tokens: ServingConfig['tokens'], log: Log): Promise<TokenVerifier | null> {
  const { keyFile, jwksUrl, issuer, audience, algorithms, clockSkewSeconds, claims } = tokens;
  if ((keyFile === null && jwksUrl === null) || issuer === null || audience === null) return null;
  const checks = { issuer, audience, algorithms, clockSkewSeconds, claims };
  if (jwksUrl === null) return await createTokenVerifier({ ...checks, keyFile: keyFile ?? '' });
  const saying = (event: string): ReturnType<typeof seldom> =>
    seldom(SAID_EVERY_MS, (error, unsaid) => log.refused(event, error, { unsaid }));
  const say = {
    'last-keys': saying(
      'keys of callers’ tokens could not be had; the last ones stay until they are too old',
    ),
    'no-keys': saying('keys of callers’ tokens could not be had; there are none, and every token is refused'),
  };
  return await createTokenVerifier({
    ...checks,
    jwks: {
      url: jwksUrl,
      refreshMs: tokens.jwksRefreshMs,
      cooldownMs: tokens.jwksCooldownMs,
      timeoutMs: tokens.jwksTimeoutMs,
      maxStaleMs: tokens.jwksMaxStaleMs,
      onProblem: (error, meanwhile) => say[meanwhile](error),
    },
  });
}
