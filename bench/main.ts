import '../gateway/telemetryOff.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { compare } from './compare.ts';
import { comparisonChart } from './comparisonChart.ts';
import { comparisonData } from './comparisonData.ts';
import { comparisonTable } from './comparisonTable.ts';
import { installPeers } from './installPeers.ts';
import { readOptions, USAGE, type BenchOptions } from './options.ts';
import { startWorld, type World } from './startWorld.ts';

/** Results go to standard output, progress to standard error. */
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `npm run bench`. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.mode === 'help') return print(USAGE);
  await using stack = new AsyncDisposableStack();
  // Whatever was started is stopped, also on Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stack.disposeAsync().finally(() => process.exit(130)));
  }
  const contestants = await withPeers(options);
  if (options.profiles !== null) await mkdir(options.profiles, { recursive: true });
  const world = await startWorld(stack);
  const about = aboutRun(world, options);
  say(`${about.machine}\n${about.processors}`);
  await compareAll(world, { ...options, contestants }, about);
}

async function compareAll(world: World, options: BenchOptions, about: object): Promise<void> {
  const results = await compare(world, { ...options, say });
  const scenarios = comparisonData(results);
  for (const result of results) {
    print(`\n${comparisonTable(result, scenarios[result.scenario.name] ?? {})}`);
  }
  if (options.json !== null)
    await writeFile(options.json, `${JSON.stringify({ about, scenarios }, null, 2)}\n`);
  if (options.svg !== null) await writeFile(options.svg, comparisonChart(scenarios));
}

/** Without network the rows of peers are left out, and that is said. */
async function withPeers({ contestants, mode }: BenchOptions): Promise<BenchOptions['contestants']> {
  if (mode !== 'compare' || contestants.every(({ packages }) => packages === 'root')) return contestants;
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
