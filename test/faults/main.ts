import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findRedis, whenWeEnd } from '../harness.ts';
import { findPostgres } from '../subgraphs/consent/startPostgres.ts';
import { copySources } from './copySources.ts';
import { planRounds, USUAL, type Confined, type RoundSettings } from './plan.ts';
import { PROTECTIONS, type Protection } from './protections.ts';
import { TOPOLOGIES } from './redisOf.ts';
import { runRound, type RoundReport } from './runRound.ts';
import { createTally, isFine } from './tally.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const USAGE = `npm run test:faults -- [options]

  --minutes N          how long to go on (5)
  --seed S             what to repeat; a new one by default
  --topology T         ${TOPOLOGIES.join(', ')}; all of them in turn by default
  --store S            postgres, pglite; both in turn by default
  --only TEXT          faults with this in their names
  --without P          take a protection out and see that it is missed; all: each in turn
                       (${PROTECTIONS.map(({ name }) => name).join(', ')})
`;

const MINUTE_MS = 60_000;
/** How long a world is disturbed before the next one takes its place. */
const ROUND_MS = 90_000;
/** Starting and stopping a world, and letting it settle. */
const AROUND_ROUND_MS = 30_000;
const SHORTEST_ROUND_MS = 15_000;

const WITHOUT_ROUND_MS = 40_000;
const WITHOUT_ROUNDS = 4;

/** How many of a round's violations are printed. */
const TOLD = 10;

const interrupted = new AbortController();

// Whatever was started has been stopped by now: a client that goes on trying to connect must not hold up the end.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string' },
      topology: { type: 'string' },
      store: { type: 'string' },
      only: { type: 'string' },
      without: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return tell(USAGE, 0);
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  const topology = TOPOLOGIES.find((each) => each === values.topology) ?? null;
  const store = (['postgres', 'pglite'] as const).find((each) => each === values.store) ?? null;
  const chosen = PROTECTIONS.filter(({ name }) => values.without === 'all' || values.without === name);
  const isWrong =
    !(minutes > 0) ||
    !Number.isSafeInteger(seed) ||
    (values.topology !== undefined && topology === null) ||
    (values.store !== undefined && store === null) ||
    (values.without !== undefined && chosen.length === 0);
  if (isWrong) return tell(USAGE, 2);
  const missing = await missingPrograms(store);
  if (missing !== null) return tell(missing, 1);

  keepFilesTogether();
  // The first one lets the round come to its end, which stops what it has started; the second one does not wait.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
  const code =
    chosen.length === 0
      ? await search({ topology, store, only: values.only ?? null }, minutes, seed)
      : await takeOut(chosen, seed);
  return interrupted.signal.aborted ? 130 : code;
}

/** Goes through worlds until the time is over. */
async function search(confined: Confined, minutes: number, seed: number): Promise<number> {
  const end = performance.now() + minutes * MINUTE_MS;
  const rounds = planRounds(confined);
  const tally = createTally();
  const copy = await copySources(ROOT, []);
  tell(`seed ${String(seed)}`, 0);
  try {
    for (let count = 0; !interrupted.signal.aborted; count += 1) {
      const forMs = Math.min(ROUND_MS, end - performance.now() - AROUND_ROUND_MS);
      if (count > 0 && forMs < SHORTEST_ROUND_MS) break;
      const settings = rounds[count % rounds.length] ?? USUAL;
      const report = await oneRound(settings, {
        folder: copy.folder,
        seed: seed + count,
        forMs: Math.max(forMs, SHORTEST_ROUND_MS),
      });
      tally.add(report);
    }
  } finally {
    await copy.remove();
  }
  tell(`\n${tally.lines().join('\n')}\nseed ${String(seed)}`, 0);
  return tell(
    `${String(tally.passed())} passed, ${String(tally.failed())} failed`,
    tally.failed() === 0 ? 0 : 1,
  );
}

/** Takes protections out, one at a time, and expects the checker to find what they protect from. */
async function takeOut(protections: readonly Protection[], seed: number): Promise<number> {
  const caught = new Map<string, string>();
  for (const { name, text, edits, round, shows } of protections) {
    if (interrupted.signal.aborted) break;
    tell(`\nwithout ${name}: ${text}`, 0);
    const begun = performance.now();
    const copy = await copySources(ROOT, edits);
    try {
      for (
        let count = 0;
        count < WITHOUT_ROUNDS && !caught.has(name) && !interrupted.signal.aborted;
        count += 1
      ) {
        const report = await oneRound(
          { ...USUAL, together: 0, ...round },
          { folder: copy.folder, seed: seed + count, forMs: WITHOUT_ROUND_MS },
        );
        const found = report.violations.filter(({ kind }) => shows.includes(kind));
        if (found.length === 0) continue;
        const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
        caught.set(name, `${String(found.length)} × ${String(found[0]?.kind)}, after ${seconds} s`);
      }
    } finally {
      await copy.remove();
    }
  }
  tell('\nwithout', 0);
  for (const { name } of protections) tell(`  ${name.padEnd(20)} ${caught.get(name) ?? 'NOT CAUGHT'}`, 0);
  const missed = protections.length - caught.size;
  tell(`seed ${String(seed)}`, 0);
  return tell(`${String(caught.size)} passed, ${String(missed)} failed`, missed === 0 ? 0 : 1);
}

async function oneRound(
  settings: RoundSettings,
  given: { readonly folder: string; readonly seed: number; readonly forMs: number },
): Promise<RoundReport> {
  const { topology, store, leaseMs } = settings;
  tell(
    `\n${topology}, ${store}, lease ${String(leaseMs / 1_000)} s, ` +
      `seed ${String(given.seed)}, for ${(given.forMs / 1_000).toFixed(0)} s`,
    0,
  );
  const report = await runRound({
    ...settings,
    ...given,
    tell: (line) => tell(line, 0),
    interrupted: interrupted.signal,
  }).catch(failed);
  const { reads, writes, violations, problems } = report;
  tell(
    `  ${String(reads.answered)} reads, ${String(reads.bound)} times of what a withdrawal had to hide, ` +
      `${String(writes.acknowledged)} writes acknowledged and ${String(writes.unknown)} not, ` +
      `${String(violations.length)} violations, ${String(problems.length)} problems` +
      (isFine(report) ? '' : ':'),
    0,
  );
  for (const { kind, message } of violations.slice(0, TOLD)) tell(`  ${kind.toUpperCase()}: ${message}`, 0);
  for (const problem of problems.slice(0, TOLD)) tell(`  PROBLEM: ${problem}`, 0);
  return report;
}

/** A round that did not come to its end: one that passed it is not. */
function failed(error: unknown): RoundReport {
  return {
    reads: { answered: 0, unanswered: 0, failed: 0, shown: 0, hidden: 0, bound: 0 },
    writes: { acknowledged: 0, unknown: 0, atOnce: 0, lost: 0 },
    faults: new Map(),
    violations: [],
    problems: [error instanceof Error ? error.message : String(error)],
  };
}

/** What is not installed; `null`: nothing that is needed is missing. */
async function missingPrograms(store: Confined['store']): Promise<string | null> {
  if ((await findRedis())?.kind !== 'binary') {
    return 'Faults are done to a redis-server of this machine: install one (Redis 7).';
  }
  if (store !== 'pglite' && (await findPostgres()) === null) {
    return 'Faults are done to a PostgreSQL of this machine: install its server, or try --store pglite alone.';
  }
  return null;
}

/** Everything that is written to a temporary folder goes below one, which goes with this process. */
function keepFilesTogether(): void {
  const folder = mkdtempSync(join(tmpdir(), 'sudare-faults-run-'));
  // PostgreSQL runs under another account, which has to get to its files.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  // However this process ends; after those whose files they are.
  whenWeEnd('sh', '-c', 'sleep 2; rm -rf "$1"', 'sh', folder);
}

function tell(line: string, exitCode: number): number {
  process.stdout.write(`${line}\n`);
  return exitCode;
}
