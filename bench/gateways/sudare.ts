import {
  auditFile,
  createTokenVerifier,
  identifyByHeaders,
  identifyByToken,
  loadPolicy,
  openRateLimit,
  openWatching,
  serve,
  standardOutput,
  sudare,
} from '../../gateway/index.ts';
import type { Identify } from '../../gateway/index.ts';
import { openStandardError } from '../../gateway/watch/openStandardError.ts';
import { pino } from 'pino';
import { fileURLToPath } from 'node:url';
import { AUDIENCE, ISSUER } from '../callers.ts';
import { hostGateway } from './hostGateway.ts';

// Sudare as `sudare start` puts it together, the access record going to standard output or a file. The one difference is the
// caller, who is believed unless there is a key for tokens.

await hostGateway(async (config) => {
  const logger = pino({ base: null }, openStandardError(0));
  const metrics = config.beside === 'metrics' ? { host: '127.0.0.1', port: 0 } : null;
  const watching = { logLevel: 'info', metrics, traces: null, tracesRatio: 1 };
  const { watch } = await openWatching(watching, logger);
  const identify: Identify =
    config.tokenKey === null
      ? identifyByHeaders
      : identifyByToken(
          await createTokenVerifier({ keyFile: config.tokenKey, issuer: ISSUER, audience: AUDIENCE }),
        );
  // A limit that nobody meets: what is counted costs the same.
  const rates =
    config.beside === 'rates'
      ? openRateLimit({
          limits: { rateRequests: 10_000_000, rateWindowMs: 10_000 },
          redisUrl: config.redisUrl,
          logger,
        })
      : null;
  return await serve({
    sudare: sudare({
      supergraph: { file: config.supergraph },
      policy: await loadPolicy(
        fileURLToPath(new URL('../../policies/crowdworks/policy.yaml', import.meta.url)),
      ),
      identify: rates?.limited(identify) ?? identify,
      consent: {
        url: config.consentUrl,
        callerKey: null,
        signing: 'waived',
        redis: { url: config.redisUrl, keySecret: Buffer.from(config.cacheKey, 'base64') },
        timeoutMs: 5_000,
      },
      auditSink: config.record === null ? standardOutput() : auditFile(config.record.file),
      audit: { mode: config.record?.mode ?? 'required' },
      logger,
      watch,
      stamp: 'waived',
      disclosure: 'collapsed',
    }),
    host: '127.0.0.1',
    port: 0,
    mode: 'production',
    logger,
  });
});
