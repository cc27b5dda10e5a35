import { ConfigError } from '../flags.ts';
import { isLoopback } from './isLoopback.ts';
import type { ServingConfig } from './servingConfig.ts';

/** Checks what must hold between sections. @throws ConfigError */
export function checkTogether({
  mode,
  server,
  policy,
  subgraphs,
  tokens,
  certificates,
  redis,
  keys,
}: ServingConfig): void {
  if (mode === 'dev' && !isLoopback(server.host)) {
    throw new ConfigError(
      `--dev believes every caller, so it listens on loopback only; expected --host 127.0.0.1, ::1 or localhost.`,
    );
  }
  if (mode === 'production' && subgraphs.includeErrors.length > 0) {
    throw new ConfigError(
      '--include-subgraph-errors tells what subgraphs say, which may quote personal data; expected it with --dev alone.',
    );
  }
  const identifies = tokens.keyFile !== null || tokens.jwksUrl !== null || certificates.proxies.length > 0;
  if (mode === 'production' && !identifies) {
    throw new ConfigError(
      'Nobody could be identified: expected --jwks FILE or --jwks-url URL to verify callers’ tokens with, and --jwt-issuer and --jwt-audience, or certificates.proxies, or --dev on a developer’s machine.',
    );
  }
  if (subgraphs.forwardHeaders.some((name) => name.toLowerCase() === certificates.header.toLowerCase())) {
    throw new ConfigError(
      'certificates.header says who is calling, which a subgraph must not take from a client; expected it not to be forwarded.',
    );
  }
  if (mode === 'production' && policy.mode === 'dry-run') {
    throw new ConfigError(
      '--mode dry-run answers everything unmasked; expected it with --dev alone. To see in production what a policy would change, start with --mode enforce and --candidate-policy FILE.',
    );
  }
  if (redis.url !== null && keys.cache === null) {
    throw new ConfigError(
      '--redis-url needs SUDARE_CACHE_KEY in the environment, the same as the consent subgraph’s.',
    );
  }
}
