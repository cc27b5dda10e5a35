import '../gateway/telemetryOff.ts';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { measureCapacity } from './capacity.ts';
import { capacityTable } from './capacityTable.ts';
import { compare } from './compare.ts';
import { comparisonChart } from './comparisonChart.ts';
import { comparisonData } from './comparisonData.ts';
import { comparisonTable } from './comparisonTable.ts';
import { measureGrowth } from './growth.ts';
import { growthTable } from './growthTable.ts';
import { installPeers } from './installPeers.ts';
import { measureMemory } from './memory.ts';
import { memoryTable } from './memoryTable.ts';
import { readOptions, USAGE, type BenchOptions } from './options.ts';
import { startWorld, type World } from './startWorld.ts';

/** Results go to standard output, progress to standard error. */
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `npm run bench`. */
async function main(): Promise<void> {
  const options = optionsOrExit();
  await using stack = new AsyncDisposableStack();
  // Whatever was started is stopped, also on Ctrl-C. What is under way then fails, of which nothing need be said.
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stack.disposeAsync().finally(() => process.exit(130));
    });
  }
  try {
    await run(options, stack);
  } catch (error) {
    if (!stopping) throw error;
    await new Promise(() => undefined);
  }
}

/** What is wrong with a command line is said in a line, before anything is started. */
function optionsOrExit(): BenchOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    // A run takes long: that its results cannot be kept must not come out at its end.
    if (options.mode !== 'help') {
      for (const file of [options.json, options.svg]) if (file !== null) closeSync(openSync(file, 'a'));
    }
    return options;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\nSee npm run bench -- --help.`);
    process.exit(2);
  }
}

async function run(options: BenchOptions, stack: AsyncDisposableStack): Promise<void> {
  if (options.mode === 'help') return print(USAGE);
  if (options.mode === 'capacity') return await fillCache(options, stack);
  const contestants = await withPeers(options);
  if (options.profiles !== null) await mkdir(options.profiles, { recursive: true });
  const world = await startWorld(stack);
  const about = aboutRun(world, options);
  say(`${about.machine}\n${about.processors}`);
  switch (options.mode) {
    case 'compare':
      return await compareAll(world, { ...options, contestants }, about);
    case 'growth':
      return await growAll(world, { ...options, contestants }, about);
    case 'memory':
      return await watchMemory(world, { ...options, contestants }, about);
  }
}

async function compareAll(world: World, options: BenchOptions, about: object): Promise<void> {
  const results = await compare(world, { ...options, say });
  const scenarios = comparisonData(results);
  for (const result of results) {
    print(`\n${comparisonTable(result, scenarios[result.scenario.name] ?? {})}`);
  }
  if (options.json !== null) await writeJson(options.json, { about, scenarios });
  if (options.svg !== null) await writeFile(options.svg, comparisonChart(scenarios));
}

async function growAll(world: World, options: BenchOptions, about: object): Promise<void> {
  const growth = await measureGrowth(world, { ...options, say });
  print(growthTable(growth));
  if (options.json !== null) await writeJson(options.json, { about, growth });
}

async function fillCache(options: BenchOptions, stack: AsyncDisposableStack): Promise<void> {
  const capacity = await measureCapacity({ ...options, say }, stack);
  print(capacityTable(capacity));
  if (options.json !== null) await writeJson(options.json, { capacity });
}

async function watchMemory(world: World, options: BenchOptions, about: object): Promise<void> {
  for (const contestant of options.contestants) {
    const series = await measureMemory(world, { ...options, contestant, say });
    print(`${contestant.label}\n\n${memoryTable(series)}\n`);
    if (options.json !== null) await writeJson(options.json, { about, memory: series });
  }
}

async function writeJson(file: string, data: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(data, null, 2)}\n`);
}

/** Without network the rows of peers are left out, and that is said. */
async function withPeers({ contestants }: BenchOptions): Promise<BenchOptions['contestants']> {
  if (contestants.every(({ packages }) => packages === 'root')) return contestants;
  say('installing the gateways to compare with (bench/package.json)');
  if (await installPeers()) return contestants;
  say('npm ci failed in bench/: their rows are left out');
  return contestants.filter(({ packages }) => packages === 'root');
}

function aboutRun({ processors }: World, { rounds, seconds, connections, variants }: BenchOptions) {
  return {
    machine: `Node ${process.version}, ${process.platform} ${process.arch}`,
    processors: processors.about,
    rounds,
    seconds,
    connections,
    variants,
  };
}

await main();
