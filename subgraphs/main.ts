import { MARKETPLACE } from './marketplace.ts';
import { parsePort } from './parsePort.ts';
import { readFlags } from './readFlags.ts';

const USAGE = `Usage: npx node subgraphs/main.ts NAME [--port 4001] [--host 127.0.0.1]
NAME is one of ${[...MARKETPLACE.keys()].join(', ')}.
`;

/**
 * Serves one subgraph of the demo marketplace until SIGINT or SIGTERM, for where each has a process of its own.
 * @returns the exit code: 0 when stopped by a signal, 1 when it could not listen, 2 for a wrong command line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args, { withValue: ['port', 'host'], withoutValue: ['help'], mostWords: 1 });
  if (flags.kind === 'wrong') return complain(`${flags.message}\n${USAGE}`, 2);
  if (flags.values.has('help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const name = flags.words[0] ?? '';
  const start = MARKETPLACE.get(name);
  if (start === undefined) {
    const other = name === 'consent' ? ', which npx node subgraphs/consent/main.ts serves' : '';
    return complain(`Expected the name of a subgraph${name && `, not "${name}"`}${other}.\n${USAGE}`, 2);
  }
  const port = parsePort(flags.values.get('port') ?? '4001');
  if (port === null) return complain(`Expected --port to be a number from 1 to 65535.\n${USAGE}`, 2);
  const host = flags.values.get('host') ?? '127.0.0.1';
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  try {
    const subgraph = await start({ host, port });
    process.stdout.write(`${subgraph.name} serves ${subgraph.url}\n`);
    await stopped;
    await subgraph.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return complain(
      `${name} cannot listen on ${host}:${port} (${String(error.code)}); choose another --port or --host.\n`,
      1,
    );
  }
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(message);
  return exitCode;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
