import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Identify } from '../callers/caller.ts';
import type { ServingConfig } from '../config/servingConfig.ts';
import { ConfigError } from '../flags.ts';
import type { ServeOptions } from '../http/serve.ts';
import { openRateLimit } from '../limits/rateLimit.ts';
import { createTrustedDocuments, type TrustedDocuments } from '../limits/trustedDocuments.ts';
import type { Reloadable } from '../reload/reloadable.ts';

/** What bounds the clients of a served gateway. */
export interface OpenedLimits {
  /** Counts requests of whoever was identified. */
  readonly limited: (identify: Identify) => Identify;
  readonly serving: Pick<ServeOptions, 'limits' | 'cors' | 'operations'>;
  /** The manifest of trusted documents, if there is one. */
  readonly reloadables: readonly Reloadable[];
  readonly close: () => void;
}

/**
 * Opens what the settings say of limits, browsers and trusted documents.
 *
 * @param isPurpose whether the policy in force has a purpose or one below it.
 * @throws ManifestError, ConfigError
 */
export async function openLimits(
  { limits, browsers, operations: { file, mode }, redis }: ServingConfig,
  logger: Logger,
  isPurpose: (key: string) => boolean,
): Promise<OpenedLimits> {
  const json = file === null ? null : await readText(file);
  const operations: TrustedDocuments | null =
    file === null || json === null ? null : createTrustedDocuments({ file, json, mode, logger, isPurpose });
  const rate = openRateLimit({ limits, redisUrl: redis.url, logger });
  return {
    limited: rate.limited,
    serving: {
      limits,
      cors: { ...browsers, credentials: browsers.credentials ? 'included' : 'omitted' },
      operations,
    },
    reloadables:
      file === null || json === null || operations === null
        ? []
        : [{ what: 'operations', file, text: json, replace: operations.replace }],
    close: rate.close,
  };
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(`--operations ${file}: expected a manifest of documents (${code}).`);
  });
}
