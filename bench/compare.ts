import { CONTESTANTS, type Contestant } from './contestants.ts';
import type { GatewayProcess } from './gatewayProcess.ts';
import { check, measure, warmUp, type Checked, type Effort, type Measured } from './measure.ts';
import { inStages, type RecordedCalls } from './recordedCalls.ts';
import type { BenchRequest, Scenario } from './scenarios.ts';
import type { World } from './startWorld.ts';

/** What to compare. */
export interface Comparison extends Effort {
  readonly scenarios: readonly Scenario[];
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  /** How many requests of a scenario take turns. */
  readonly variants: number;
  /** Folder for CPU profiles of one more round, or `null`. */
  readonly profiles: string | null;
  readonly say: (line: string) => void;
}

/** All rounds of one scenario: for each row, by name, one measurement a round. */
export interface ScenarioRounds {
  readonly scenario: Scenario;
  readonly rows: ReadonlyMap<string, readonly Measured[]>;
  /** Bytes of the first request's answer, from Apollo Gateway's row or the first one. */
  readonly bytes: number;
}

/** Rows in turn, round by round, so that whatever else this machine does meets them all alike. */
export async function compare(world: World, comparison: Comparison): Promise<readonly ScenarioRounds[]> {
  const { scenarios, contestants, rounds, connections, seconds, say } = comparison;
  if (contestants.some(({ module }) => module === 'proxy')) await recordCalls(world, comparison);
  const gateways = new Map<Contestant, GatewayProcess>();
  for (const contestant of contestants) gateways.set(contestant, await world.start(contestant));

  const results: ScenarioRounds[] = [];
  for (const scenario of scenarios) {
    world.subgraphs.forget();
    const requests = requestsOf(scenario, comparison.variants);
    const checked = new Map<Contestant, Checked>();
    for (const [contestant, gateway] of gateways) {
      const one = await check(world, contestant, gateway, requests);
      await warmUp(one, connections);
      checked.set(contestant, one);
    }
    world.subgraphs.executed();
    world.consents.asked();

    const rows = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      // Each round begins with another row, so that none always follows the same one.
      for (const [{ name }, one] of rotated([...checked], round)) {
        rows.get(name)?.push(await measure(one, { connections, seconds }));
      }
      say(`${scenario.name}: round ${round} of ${rounds}`);
    }
    if (comparison.profiles !== null) await profile(checked, comparison, scenario, comparison.profiles);
    const [executed, asked] = [world.subgraphs.executed(), world.consents.asked()];
    if (executed > 0) say(`${scenario.name}: ${executed} requests to subgraphs were not recorded before`);
    // Where the machine is busy, Redis may answer too late, and a gateway then asks the source.
    if (asked > 0) say(`${scenario.name}: the consent source was asked ${asked} times while measured`);
    const first = checked.get(contestants.find(({ name }) => name === 'apollo') ?? contestants[0] ?? fail());
    results.push({ scenario, rows, bytes: first?.lengths[0] ?? 0 });
  }
  return results;
}

/** The requests of a scenario that take turns. */
export function requestsOf(scenario: Pick<Scenario, 'request'>, variants: number): readonly BenchRequest[] {
  return Array.from({ length: variants }, (_, index) => scenario.request(index + 1));
}

/**
 * Records which calls Apollo Gateway's plans make, for the proxy.
 *
 * @throws Error where their number is not the one that the scenario is described with.
 */
async function recordCalls(world: World, { scenarios, variants }: Comparison): Promise<void> {
  const contestant = CONTESTANTS.find(({ name }) => name === 'apollo') ?? fail();
  const gateway = await world.start(contestant);
  const recorded: RecordedCalls = [];
  for (const scenario of scenarios) {
    for (const request of requestsOf(scenario, variants)) {
      const answer = { data: await world.expect(request, 'everything') };
      const calls = await world.subgraphs.calls(
        async () => void (await check(world, contestant, gateway, [request])),
      );
      if (calls.length !== scenario.fetches)
        throw new Error(`${scenario.name} makes ${calls.length} fetches, not ${scenario.fetches}.`);
      recorded.push({
        request: JSON.stringify(request),
        stages: inStages(calls, world.subgraphs.urls),
        answer,
      });
    }
  }
  await gateway.stop();
  await world.setCalls(recorded);
}

async function profile(
  checked: ReadonlyMap<Contestant, Checked>,
  { connections, seconds, say }: Comparison,
  { name: scenario }: Scenario,
  folder: string,
): Promise<void> {
  for (const [{ name }, one] of checked) {
    const finish = await one.gateway.profile();
    await measure(one, { connections, seconds });
    const file = `${folder}/${scenario}-${name}.cpuprofile`;
    await finish(file);
    say(`wrote ${file}`);
  }
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function fail(): never {
  throw new Error('There is nothing to compare.');
}
