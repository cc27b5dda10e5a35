import { readFile } from 'node:fs/promises';
import { errors, type JWTPayload } from 'jose';
import { holdKeys } from '../keys/heldKeys.ts';
import { NoKeysError, type KeySource } from '../keys/keySource.ts';
import { openKeyUrl, type KeyUrlOptions } from '../keys/keyUrl.ts';
import { watchFile } from '../watchFile.ts';
import { ContextError } from './contextError.ts';
import { CONTEXT_HEADER, CONTEXT_SECONDS, CONTEXT_TYPE, type SubgraphContext } from './subgraphContext.ts';

/** Where a subgraph has the gateway's public keys: PEM, a JWK or a JWKS in a file or as text, or a JWKS at an address. */
export type ContextKeys =
  | {
      /** Followed while it changes; what is no key file leaves the keys of before in force. */
      readonly file: string;
    }
  | { readonly text: string }
  | Omit<KeyUrlOptions, 'onProblem'>;

/** Options of `createContextVerifier`. */
export interface ContextVerifierOptions {
  /** The subgraph's own name in the supergraph. */
  readonly subgraph: string;
  readonly keys: ContextKeys;
  /** How far the gateway's clock and this one may be apart, in seconds, up to 60; default 5. */
  readonly clockSkewSeconds?: number;
  /** Told where keys could not be had or read anew; its message may be logged. */
  readonly onProblem?: (error: Error) => void;
  /**
   * Told of each request that is refused, by whomever it came from; its message may be logged. What it throws changes
   * nothing.
   */
  readonly onRefused?: (error: ContextError) => unknown;
}

/** Checks that requests come from the gateway. */
export interface ContextVerifier {
  /**
   * @param header the value of `x-sudare-context`, as Node has it.
   * @throws ContextError where the request is not the gateway's, for this subgraph, within the last minute.
   */
  readonly verify: (header: string | readonly string[] | null | undefined) => Promise<SubgraphContext>;
  /** Follows keys no longer. */
  readonly close: () => void;
}

const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512'];
const CLOCK_SKEW_SECONDS = 5;
const MAX_CLOCK_SKEW_SECONDS = 60;

/**
 * Creates the check of a subgraph that answers the gateway alone.
 *
 * INVARIANT: what was signed for another subgraph, for something else, or more than a minute ago is refused
 * (test/policies/context/contextVerifier.test.ts).
 *
 * @throws an Error that says what was expected of the options.
 */
export async function createContextVerifier(options: ContextVerifierOptions): Promise<ContextVerifier> {
  const { subgraph, clockSkewSeconds = CLOCK_SKEW_SECONDS } = options;
  const { onProblem = () => undefined, onRefused = () => undefined } = options;
  if (subgraph === '') throw new Error('Expected the name of this subgraph in the supergraph.');
  if (!(clockSkewSeconds >= 0 && clockSkewSeconds <= MAX_CLOCK_SKEW_SECONDS)) {
    throw new Error(`clockSkewSeconds: expected seconds, from 0 to ${MAX_CLOCK_SKEW_SECONDS}.`);
  }
  const keys = await openKeys(options.keys, onProblem);
  const checks = {
    algorithms: ALGORITHMS,
    typ: CONTEXT_TYPE,
    audience: subgraph,
    requiredClaims: ['exp', 'iat'],
    maxTokenAge: CONTEXT_SECONDS,
    clockTolerance: clockSkewSeconds,
  };
  const checked = async (header: string | readonly string[] | null | undefined): Promise<SubgraphContext> => {
    if (header === undefined || header === null || header === '') {
      throw new ContextError(
        'CONTEXT_MISSING',
        `${CONTEXT_HEADER} is missing: "${subgraph}" answers the gateway alone.`,
      );
    }
    if (typeof header !== 'string') throw new Error('Expected the header once.');
    return contextOf((await keys.verify(header, checks)).payload);
  };
  return {
    async verify(header) {
      try {
        return await checked(header);
      } catch (error) {
        const refused = explained(error, subgraph);
        void Promise.resolve(refused)
          .then(onRefused)
          .catch(() => undefined);
        throw refused;
      }
    },
    close: keys.close,
  };
}

async function openKeys(keys: ContextKeys, onProblem: (error: Error) => void): Promise<KeySource> {
  if ('url' in keys) return await openKeyUrl({ ...keys, onProblem });
  if ('text' in keys) return holdKeys(keys.text, 'keys');
  const { file } = keys;
  const read = async (): Promise<string> =>
    await readFile(file, 'utf8').catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      throw new Error(`${file}: expected a file with the gateway's public keys (${code}).`);
    });
  const text = await read();
  const held = holdKeys(text, file);
  const watch = watchFile({ file, read, known: text, onText: held.replace, onError: onProblem });
  return { ...held, close: () => watch.close() };
}

function contextOf({ client, purpose, recipient, policyRevision, requestId }: JWTPayload): SubgraphContext {
  if (purpose !== null && typeof purpose !== 'string') throw new Error('Expected a purpose or null.');
  return {
    client: textOf(client),
    purpose,
    recipient: textOf(recipient),
    policyRevision: textOf(policyRevision),
    requestId: textOf(requestId),
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('Expected some text.');
}

function explained(error: unknown, subgraph: string): ContextError {
  if (error instanceof ContextError) return error;
  if (error instanceof NoKeysError) {
    return new ContextError('CONTEXT_NO_KEYS', 'There are no keys to check the gateway’s requests with.');
  }
  if (error instanceof errors.JWTExpired) {
    return new ContextError(
      'CONTEXT_EXPIRED',
      `${CONTEXT_HEADER} has expired, or the gateway's clock and this one differ.`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return new ContextError('CONTEXT_FOR_ANOTHER', `${CONTEXT_HEADER} is not for "${subgraph}".`);
  }
  return new ContextError(
    'CONTEXT_REFUSED',
    `${CONTEXT_HEADER} is not signed by the gateway's key, or not as it signs.`,
  );
}
