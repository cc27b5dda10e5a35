import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { usage, type GatewayConfig, type question, type Usage } from './gateways/hostGateway.ts';
import type { Processors } from './processors.ts';

/** A gateway in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  /** The end of what it wrote to standard error. */
  readonly written: () => string;
  readonly usage: () => Promise<Usage>;
  /** After a garbage collection. */
  readonly memory: () => Promise<Usage>;
  /** Begins a CPU profile; the result ends it and writes it to a file. */
  readonly profile: () => Promise<(file: string) => Promise<void>>;
  readonly stop: () => Promise<void>;
}

/** What to start. */
export interface GatewayProcessOptions {
  /** Name of a module in `gateways/`. */
  readonly module: string;
  readonly config: GatewayConfig;
  readonly processors: Processors;
}

const message = z.union([
  z.object({ url: z.string() }),
  z.object({ id: z.number(), usage: usage.nullable() }),
]);

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 6_000;

/**
 * Starts a gateway and waits until it listens. It ends when it is stopped, and with this process at the latest.
 *
 * @throws Error with what it wrote to standard error where it ends before.
 */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const file = fileURLToPath(new URL(`./gateways/${options.module}.ts`, import.meta.url));
  const [command, ...args] = options.processors.pinned(process.execPath, [
    '--expose-gc',
    '--disable-warning=ExperimentalWarning',
    file,
    JSON.stringify(options.config),
  ]);
  const child = spawn(command, args, {
    // Standard output goes where an operator would send it who keeps nothing.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
  });
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  const written = keepLast(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting = new Map<number, (given: Usage | null) => void>();
  let url: ((found: string) => void) | null = null;
  child.on('message', (given) => {
    const told = message.parse(given);
    if ('url' in told) url?.(told.url);
    else waiting.get(told.id)?.(told.usage);
  });

  const orEnded = async <T>(work: Promise<T>): Promise<T> =>
    await Promise.race([
      work,
      ended.then(() => {
        throw new Error(`gateways/${options.module}.ts ended:\n${written()}`);
      }),
    ]);

  let asked = 0;
  const ask = async (what: z.infer<typeof question>['ask'], to?: string): Promise<Usage | null> => {
    asked += 1;
    const id = asked;
    const answer = new Promise<Usage | null>((resolve) => waiting.set(id, resolve));
    child.send({ id, ask: what, file: to });
    const given = await orEnded(answer);
    waiting.delete(id);
    return given;
  };
  const used = async (what: 'usage' | 'memory'): Promise<Usage> => {
    const given = await ask(what);
    if (given === null) throw new Error('A gateway did not tell its usage.');
    return given;
  };

  const found = new Promise<string>((resolve) => (url = resolve));
  const late = setTimeout(killed, START_TIMEOUT_MS);
  const listening = await orEnded(found);
  clearTimeout(late);
  return {
    url: listening,
    written,
    usage: async () => await used('usage'),
    memory: async () => await used('memory'),
    async profile() {
      await ask('profile');
      return async (to) => void (await ask('profiled', to));
    },
    async stop() {
      const overdue = setTimeout(killed, STOP_TIMEOUT_MS);
      if (child.connected) child.send({ id: 0, ask: 'stop' });
      await ended;
      clearTimeout(overdue);
      process.off('exit', killed);
    },
  };
}

/** The end of what a process writes to standard error. */
function keepLast(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-4_000);
  });
  return () => text;
}
