#!/usr/bin/env node
import { endAnyway, listenForStop } from './commands/listenForStop.ts';
import { COMMANDS, SERVING } from './commands/registry.ts';
import { ConfigError } from './flags.ts';
import { inTime } from './inTime.ts';
import { nodeTooOld } from './nodeTooOld.ts';

/** Runs a command line; the result is the exit code once there is nothing left to do. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help') {
    process.stdout.write(await usage());
    return name === undefined ? 2 : 0;
  }
  // Loading takes seconds, in which it may be told so.
  const stop = SERVING.has(name) ? listenForStop() : undefined;
  const command = await COMMANDS.get(name)?.();
  if (command === undefined) {
    const names = [...COMMANDS.keys()].join(', ');
    process.stderr.write(`sudare ${name}: no such command; expected one of ${names}.\n\n${await usage()}`);
    return 2;
  }
  if (args.includes('--help')) {
    process.stdout.write(command.usage);
    return 0;
  }
  try {
    return await command.run(args, process.env, stop);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`sudare ${name}: ${message}\n`);
    const exitCode = error instanceof ConfigError ? 2 : 1;
    // What it had opened by then must not keep it; what it said before it failed goes out first.
    await inTime(WRITTEN_MS, streamsWritten, () => undefined);
    endAnyway(exitCode);
    return exitCode;
  }
}

/** How long standard output and error have, in ms. */
const WRITTEN_MS = 1_000;

async function streamsWritten(): Promise<void> {
  const streams = [process.stdout, process.stderr];
  await Promise.all(
    streams.map(async (stream) => await new Promise<void>((resolve) => stream.write('', () => resolve()))),
  );
}

async function usage(): Promise<string> {
  const commands = await Promise.all([...COMMANDS.values()].map(async (load) => await load()));
  return commands.map((each) => each.usage).join('\n');
}

// Where it cannot be said what is wrong, as on a disk that is full, the exit code still says that something is.
process.stderr.on('error', () => undefined);
// An older Node falls over where it loads packages. None is imported above: commands load theirs.
const tooOld = nodeTooOld(process.version);
if (tooOld !== null) process.stderr.write(`${tooOld}\n`);
process.exitCode = tooOld === null ? await main(process.argv.slice(2)) : 1;
