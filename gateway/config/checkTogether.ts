import { ConfigError } from '../flags.ts';
import { isLoopback } from './isLoopback.ts';
import type { ServingConfig } from './servingConfig.ts';

/** Checks what must hold between sections. @throws ConfigError */
export function checkTogether({ mode, server, subgraphs, tokens, redis, keys }: ServingConfig): void {
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
  if (mode === 'production' && tokens.keyFile === null) {
    throw new ConfigError(
      'Nobody could be identified: expected --jwks FILE to verify callers’ tokens with, and --jwt-issuer and --jwt-audience, or --dev on a developer’s machine.',
    );
  }
  if (redis.url !== null && keys.cache === null) {
    throw new ConfigError(
      '--redis-url needs SUDARE_CACHE_KEY in the environment, the same as the consent subgraph’s.',
    );
  }
}
