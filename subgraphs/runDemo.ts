import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { DEMO_USAGE, readDemoFlags } from './demoFlags.ts';
import { DEMO_COUNTS } from './demoIds.ts';
import { askGateway, curlLine, DEMO_REQUESTS, table } from './demoRequests.ts';
import { startDemo } from './startDemo.ts';
import type { RunningDemo } from './startDemo.ts';

const SAME_CTRL_C = 1_000;
const LOOK_FOR_PARENT = 250;
const DEFAULT_DATA = fileURLToPath(new URL('../.sudare', import.meta.url));

/**
 * Runs the demo until SIGINT, SIGTERM or SIGHUP: starts it, sends the three requests and prints them with their
 * answers.
 * @returns the exit code: 0 when stopped by a signal, 1 when something failed, 2 for a wrong command line.
 */
export async function runDemo(args: readonly string[]): Promise<number> {
  const flags = readDemoFlags(args);
  if (flags.kind === 'help') {
    process.stdout.write(DEMO_USAGE);
    return 0;
  }
  if (flags.kind === 'wrong') {
    process.stderr.write(`${flags.message}\n\n${DEMO_USAGE}`);
    return 2;
  }
  const data = flags.data === null ? DEFAULT_DATA : resolve(flags.data);
  const { signal, interrupted } = listenForSignals();
  try {
    say('', `  ${styleText('bold', 'Sudare')} is starting …`);
    const demo = await startDemo({ port: flags.port, reset: flags.reset, data, signal });
    try {
      await introduce(demo, data, signal);
      const died = await Promise.race([interrupted, demo.gatewayEnded]);
      if (died !== null) {
        throw new Error(`The gateway ${died}. What it said is in ${shortPath(demo.log)}.`);
      }
    } finally {
      await demo.stop();
    }
  } catch (error) {
    if (!signal.aborted) {
      process.stderr.write(
        `\n  ${styleText('red', 'The demo stopped.')} ${error instanceof Error ? error.message : String(error)}\n\n`,
      );
      return 1;
    }
  }
  say('', '  Stopped.', '');
  return 0;
}

/**
 * The first signal asks for an orderly stop; a later one means it. One right behind the first is the same Ctrl-C,
 * which reaches this process from the terminal and may reach it again through npm.
 */
function listenForSignals(): { readonly signal: AbortSignal; readonly interrupted: Promise<null> } {
  const controller = new AbortController();
  const { signal } = controller;
  let first = Number.POSITIVE_INFINITY;
  const onSignal = (): void => {
    if (Date.now() - first > SAME_CTRL_C) process.exit(130);
    if (!signal.aborted) first = Date.now();
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // npm passes a SIGTERM on to the shell that it runs scripts in, which ends without passing it on to us.
  const parent = process.ppid;
  const orphaned = (): void => {
    if (process.ppid !== parent) controller.abort();
  };
  if (process.env['npm_lifecycle_event'] !== undefined) setInterval(orphaned, LOOK_FOR_PARENT).unref();
  const interrupted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
  return { signal, interrupted };
}

async function introduce({ url, pid, log }: RunningDemo, data: string, signal: AbortSignal): Promise<void> {
  say(`  ${DEMO_COUNTS.u} synthetic people, seven subgraphs, one gateway: ${styleText('bold', url)}`);
  for (const [index, request] of DEMO_REQUESTS.entries()) {
    const rows = table(await askGateway(url, request, signal));
    say(
      '',
      `  ${styleText('bold', `${index + 1}. ${request.title}`)}`,
      '',
      styleText('cyan', curlLine(url, request)),
      '',
      ...rows.map((row) => `     ${row}`),
    );
  }
  say('', `  Consents are kept in ${shortPath(data)}; "npm start -- --reset" forgets them.`);
  say(`  The gateway is process ${pid}; its log and audit are in ${shortPath(log)}.`);
  say('  Ctrl-C stops the demo.', '');
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
