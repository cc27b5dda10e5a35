import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { z } from 'zod';

/** What a gateway in a process of its own is told: one object, as JSON in its first argument. */
export const gatewayConfig = z.object({
  /** File with the supergraph's SDL. */
  supergraph: z.string(),
  consentUrl: z.string(),
  redisUrl: z.string(),
  /** 32 bytes or more in base64. */
  cacheKey: z.string(),
  /** File with the public key of tokens; `null`: callers are believed. */
  tokenKey: z.string().nullable(),
  /** File with the calls that the proxy makes. */
  calls: z.string(),
  /** Whether requests that are alike and under way at one time are executed once, where a gateway can. */
  deduplication: z.enum(['on', 'off']),
  /** What Sudare does beside answering and logging. */
  beside: z.enum(['nothing', 'metrics', 'rates']),
  /** `null`: Sudare's access record goes to standard output. */
  record: z.object({ file: z.string(), mode: z.enum(['required', 'best-effort']) }).nullable(),
});

export type GatewayConfig = z.infer<typeof gatewayConfig>;

/** What a gateway's process is asked. */
export const question = z.object({
  id: z.number(),
  ask: z.enum(['usage', 'memory', 'profile', 'profiled', 'stop']),
  /** Where `profiled` writes. */
  file: z.string().optional(),
});

/** CPU time of the whole process, user and system, in µs, and bytes of memory. */
export const usage = z.object({ cpu: z.number(), rss: z.number(), heapUsed: z.number() });

export type Usage = z.infer<typeof usage>;

/** A gateway that listens. */
export interface Hosted {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Runs a gateway as the child process of a benchmark: starts it by its configuration, says where it listens, and
 * answers what it is asked, until it is told to stop or its parent is gone.
 */
export async function hostGateway(start: (config: GatewayConfig) => Promise<Hosted>): Promise<void> {
  const hosted = await start(gatewayConfig.parse(JSON.parse(process.argv[2] ?? '')));
  const session = new Session();

  const answer = async ({ ask, file }: z.infer<typeof question>): Promise<Usage | null> => {
    switch (ask) {
      case 'usage':
        return used();
      case 'memory':
        // There where the parent has given --expose-gc: what is left then is in use.
        globalThis.gc?.();
        return used();
      case 'profile':
        session.connect();
        await session.post('Profiler.enable');
        await session.post('Profiler.setSamplingInterval', { interval: 200 });
        await session.post('Profiler.start');
        return null;
      case 'profiled': {
        const { profile } = await session.post('Profiler.stop');
        session.disconnect();
        if (file !== undefined) await writeFile(file, JSON.stringify(profile));
        return null;
      }
      case 'stop':
        // What hangs must not outlive the benchmark.
        setTimeout(() => process.exit(1), 5_000).unref();
        await hosted.close();
        return null;
    }
  };

  const answerAndTell = async (asked: z.infer<typeof question>): Promise<void> => {
    process.send?.({ id: asked.id, usage: await answer(asked) });
    if (asked.ask === 'stop') process.disconnect();
  };
  process.on('message', (message) => {
    const asked = question.parse(message);
    answerAndTell(asked).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  });
  process.on('disconnect', () => process.exit(0));
  // The terminal's Ctrl-C goes to the whole group; the parent sees to the end.
  process.on('SIGINT', () => undefined);
  process.send?.({ url: hosted.url });
}

function used(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpu: user + system, rss, heapUsed };
}
