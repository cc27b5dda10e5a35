import { parseArgs } from 'node:util';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** What to measure, and how. */
export interface BenchOptions {
  readonly mode: 'compare' | 'growth' | 'memory' | 'capacity' | 'help';
  readonly scenarios: readonly Scenario[];
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly variants: number;
  readonly minutes: number;
  /** That the consent cache is filled with. */
  readonly subjects: number;
  /** Files to write to, and a folder for profiles; `null`: none. */
  readonly json: string | null;
  readonly svg: string | null;
  readonly profiles: string | null;
}

/** The help text. */
export const USAGE = `npm run bench -- [options]

  --scenario NAMES   of ${SCENARIOS.map(({ name }) => name).join(', ')}; all by default
  --only NAMES       rows: ${CONTESTANTS.map(({ name }) => name).join(', ')}
  --rounds N         times that all rows are measured in turn (5)
  --seconds N        of one measurement (2)
  --connections N    that requests are sent over (16)
  --variants N       different requests that take turns (16); 1 repeats one
  --json FILE        write the results as data
  --svg FILE         write a chart of the comparison
  --profile FOLDER   measure one more round and write a CPU profile of each gateway
  --growth           how cost grows: subjects, personal fields, size, schema, operations
  --memory           memory under load that lasts
  --minutes N        of it (10)
  --capacity         what a full consent cache takes, beside redis-benchmark
  --subjects N       that are kept in it (1000000)
  --help
`;

/** Rows that are measured where `--only` names none; growth and memory have no calls for the proxy. */
const USUALLY: Readonly<Record<BenchOptions['mode'], string | undefined>> = {
  compare: undefined,
  growth: 'sudare,apollo',
  memory: 'sudare',
  capacity: 'sudare',
  help: undefined,
};

/** Reads the command line. @throws Error that says what was expected. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      connections: { type: 'string', default: '16' },
      variants: { type: 'string', default: '16' },
      minutes: { type: 'string', default: '10' },
      json: { type: 'string' },
      svg: { type: 'string' },
      profile: { type: 'string' },
      growth: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      capacity: { type: 'boolean', default: false },
      subjects: { type: 'string', default: '1000000' },
      help: { type: 'boolean', default: false },
    },
  });
  const mode = (['help', 'growth', 'memory', 'capacity'] as const).find((each) => values[each]) ?? 'compare';
  return {
    mode,
    scenarios: chosen('scenario', SCENARIOS, values.scenario),
    contestants: chosen('only', CONTESTANTS, values.only ?? USUALLY[mode]),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: positive('connections', values.connections),
    variants: positive('variants', values.variants),
    minutes: positive('minutes', values.minutes),
    subjects: positive('subjects', values.subjects),
    json: values.json ?? null,
    svg: values.svg ?? null,
    profiles: values.profile ?? null,
  };
}

function chosen<T extends { readonly name: string }>(
  flag: string,
  all: readonly T[],
  names: string | undefined,
): readonly T[] {
  if (names === undefined) return all;
  const wanted = new Set(names.split(','));
  for (const name of wanted) {
    if (!all.some((one) => one.name === name))
      throw new Error(`--${flag}: there is no ${name}; expected ${all.map((one) => one.name).join(', ')}.`);
  }
  return all.filter(({ name }) => wanted.has(name));
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${flag}: expected a number above 0, not ${text}.`);
}
