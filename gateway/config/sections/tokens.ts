import { z } from 'zod';
import { ASYMMETRIC } from '../../../policies/keys/keySet.ts';
import { keyUrlOf } from '../../../policies/keys/fetchKeySet.ts';
import { KEY_TIMES } from '../../../policies/keys/keyUrl.ts';
import { USUAL_CLAIMS } from '../../callers/claimMapping.ts';
import { compileClaimPath } from '../../callers/claimPath.ts';
import { ALGORITHMS, CLOCK_SKEW_SECONDS, MAX_CLOCK_SKEW_SECONDS } from '../../callers/tokenChecks.ts';
import { orNone, section } from '../setting.ts';
import { count, fileName, text } from '../settingSchemas.ts';

const KEY_URL = 'expected https://…, or http:// on loopback, without user and password';
const PATH =
  'expected the name of one claim, such as client_id or https://example.com/purposes, a JSON Pointer, such as /act/sub, or a list of names, such as ["act", "sub"]';
const ALGORITHM = `expected some of ${ASYMMETRIC.join(', ')}, which sign by key pairs`;

const time = count('whole milliseconds', 1, 7 * 24 * 3_600_000);

const claim = z
  .union([z.string(), z.array(z.string())], { error: PATH })
  .refine((path) => isPath(path), { error: PATH });

const claims = z.strictObject({
  client: claim.exactOptional().describe('the client’s id; default `client_id`'),
  endUser: z
    .strictObject({
      claim: claim.describe('where it stands'),
      prefix: text.exactOptional().describe('put before it, such as `user:` before a plain `sub`'),
    })
    .exactOptional()
    .describe('the signed-in person; default `end_user`, a subject id with its namespace'),
  actor: claim.exactOptional().describe('who operates the client; default `/act/sub`'),
  ground: claim.exactOptional().describe('an exception of the policy, an object; default `ground`'),
  purposes: z
    .strictObject({
      claim: claim.describe('where they stand'),
      prefix: text
        .exactOptional()
        .describe(
          'takes words between spaces too, of which those that begin so count: `purpose:` for a `scope`',
        ),
      absent: z
        .enum(['none', 'all'], { error: 'expected none or all' })
        .exactOptional()
        .describe('what tokens without the claim may be used for; default `none`'),
    })
    .exactOptional()
    .describe(
      'what the token may be used for; default `purposes`, a list, without which all of the client’s',
    ),
});

/** Whose tokens are accepted: a key alone would accept what its owner signed for anybody. */
export const tokens = section({
  help: 'Whose tokens are accepted of callers; see calling.md.',
  settings: {
    keyFile: {
      schema: orNone(fileName),
      help: 'keys that callers’ tokens are verified with: JWKS, JWK or PEM',
      names: 'file',
      change: 'followed',
      flag: { name: 'jwks', value: 'FILE' },
    },
    jwksUrl: {
      schema: orNone(z.string({ error: KEY_URL }).refine(isKeyUrl, { error: KEY_URL })),
      help: 'address of a JWKS, in place of --jwks; fetched anew in the background',
      flag: { name: 'jwks-url', value: 'URL' },
    },
    issuer: {
      schema: orNone(text),
      help: 'issuer that tokens must have; needed with --jwks and --jwks-url',
      flag: { name: 'jwt-issuer', value: 'ISS' },
    },
    audience: {
      schema: orNone(text),
      help: 'audience that tokens must have; needed with --jwks and --jwks-url',
      flag: { name: 'jwt-audience', value: 'AUD' },
    },
    algorithms: {
      schema: z
        .array(z.enum(ASYMMETRIC, { error: ALGORITHM }), { error: ALGORITHM })
        .min(1, { error: ALGORITHM })
        .default([...ALGORITHMS]),
      help: 'signature algorithms that are taken; never none, nor HMAC',
    },
    clockSkewSeconds: {
      schema: count('whole seconds', 0, MAX_CLOCK_SKEW_SECONDS).default(CLOCK_SKEW_SECONDS),
      help: 'how far the issuer’s clock and this one may be apart',
    },
    claims: {
      schema: claims.default({}),
      help: 'where tokens say who is calling',
      counts: (value) => Object.assign({}, USUAL_CLAIMS, value),
    },
    jwksRefreshMs: {
      schema: time.default(KEY_TIMES.refreshMs),
      help: 'how often the keys of --jwks-url are fetched: one that was taken out is believed no longer',
    },
    jwksCooldownMs: {
      schema: time.default(KEY_TIMES.cooldownMs),
      help: 'least time between two fetches, whatever keys tokens name',
    },
    jwksTimeoutMs: { schema: time.default(KEY_TIMES.timeoutMs), help: 'how long one fetch may take' },
    jwksMaxStaleMs: {
      schema: time.default(KEY_TIMES.maxStaleMs),
      help: 'how long fetched keys are believed while they cannot be had anew; then every token is refused',
    },
  },
  check({ keyFile, jwksUrl, issuer, audience, jwksRefreshMs, jwksMaxStaleMs }) {
    if (keyFile !== null && jwksUrl !== null)
      return '--jwks and --jwks-url both say it; expected one of them.';
    if (jwksMaxStaleMs < jwksRefreshMs)
      return 'tokens.jwksMaxStaleMs: expected no less than tokens.jwksRefreshMs.';
    if (keyFile === null && jwksUrl === null) {
      if (issuer !== null) return '--jwt-issuer needs --jwks or --jwks-url, the keys to verify tokens with.';
      if (audience !== null)
        return '--jwt-audience needs --jwks or --jwks-url, the keys to verify tokens with.';
      return null;
    }
    const flag = keyFile === null ? '--jwks-url' : '--jwks';
    if (issuer === null) {
      return `--jwt-issuer is missing; expected the issuer that tokens name in \`iss\`; ${flag} alone would take any.`;
    }
    if (audience === null) {
      return `--jwt-audience is missing; expected the audience that tokens name in \`aud\`; ${flag} alone would take tokens for other services.`;
    }
    return null;
  },
});

function isPath(path: string | string[]): boolean {
  try {
    compileClaimPath(path, 'it');
    return true;
  } catch {
    return false;
  }
}

function isKeyUrl(url: string): boolean {
  try {
    keyUrlOf(url);
    return true;
  } catch {
    return false;
  }
}
