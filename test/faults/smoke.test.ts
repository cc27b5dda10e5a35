import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findPostgres } from '../subgraphs/consent/startPostgres.ts';
import { writersCutOff } from './nemesis/cutFromRedis.ts';
import { pausedGateway } from './nemesis/gatewayFaults.ts';
import { killedRedis } from './nemesis/killedRedis.ts';
import { lateSource } from './nemesis/lateSource.ts';
import { oldSnapshot } from './nemesis/oldSnapshot.ts';
import { USUAL } from './plan.ts';
import { runRound } from './runRound.ts';

const SEED = 20_200_508;

it('a short run of everything, as `npm run test:faults` does for longer', { timeout: 240_000 }, async () => {
  const lines = [`seed ${String(SEED)}`];
  const report = await runRound({
    ...USUAL,
    folder: fileURLToPath(new URL('../..', import.meta.url)),
    store: (await findPostgres()) === null ? 'pglite' : 'postgres',
    seed: SEED,
    readers: 6,
    writers: 4,
    faults: [killedRedis, oldSnapshot, lateSource, writersCutOff, pausedGateway],
    forMs: 15_000,
    holdMs: [300, 1_200],
    calmMs: [200, 600],
    tell: (line) => lines.push(line),
    interrupted: new AbortController().signal,
  });
  const told = lines.join('\n');
  expect(report.violations, told).toEqual([]);
  expect(report.problems, told).toEqual([]);
  expect(report.writes.lost).toBe(0);
  expect(report.writes.acknowledged).toBeGreaterThan(0);
  expect(report.reads.bound).toBeGreaterThan(0);
  expect([...report.faults.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});
