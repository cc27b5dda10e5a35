/**
 * What masking costs apart from fetching: 200 users of 385 bytes, five of whose twelve fields are personal, from
 * fetched data to the answer's text, against the same answer where nothing is personal.
 *
 *     node bench/micro/project.ts [another checkout …]
 *
 * Rounds of all checkouts take turns; printed are means, in microseconds of CPU an answer.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join, resolve } from 'node:path';
import type * as Groups from '../../gateway/audit/groups.ts';
import type * as CollectSubjects from '../../gateway/project/collectSubjects.ts';
import type * as Decider from '../../gateway/project/decider.ts';
import type * as MaskedReport from '../../gateway/project/maskedReport.ts';
import type * as Project from '../../gateway/project/project.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import type * as Harness from '../../test/gateway/prepareHarness.ts';
import type * as SmallPolicy from '../../test/policies/smallPolicy.ts';

const ROUNDS = 40;
const ANSWERS_A_ROUND = 50;
const USERS = 200;

/** With and without what makes a field personal. */
const typeDefs = (personal: (args: string) => string): string => `
  type Query { users: [User!]! }
  type User @key(fields: "id") ${personal('subject: ["id"]')} {
    id: ID! login: String! score: Int! joined: String! city: String bio: String active: Boolean!
    email: String! ${personal('category: "contact.email"')}
    name: String ${personal('category: "contact.name"')}
    nick: String ${personal('category: "contact.name"')}
    pin: String ${personal('category: "secret"')}
    rating: String ${personal('category: "contact.name", subject: ["id", "boss { id }"]')}
    boss: User
  }`;

const QUERY = '{ users { id login email score name joined nick city pin bio rating active } }';
const CALLER = { client: 'many', purpose: 'agreed.sample' };

/** What stands for a subject in the record: at hand by then. */
const reference = (subject: string): string => subject;

/** One stage after the other, each timed by itself. */
interface Stages {
  readonly name: string;
  readonly stages: readonly (readonly [name: string, run: () => void])[];
  readonly whole: () => string;
}

async function stagesOf(root: string, isPersonal: boolean): Promise<Stages> {
  const load = async <Module>(file: string): Promise<Module> => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- another checkout's module of the same name
    return (await import(pathToFileURL(join(root, file)).href)) as Module;
  };
  const { createGroups } = await load<typeof Groups>('gateway/audit/groups.ts');
  const { collectSubjects } = await load<typeof CollectSubjects>('gateway/project/collectSubjects.ts');
  const { createDecider } = await load<typeof Decider>('gateway/project/decider.ts');
  const { createMaskedReport } = await load<typeof MaskedReport>('gateway/project/maskedReport.ts');
  const { project } = await load<typeof Project>('gateway/project/project.ts');
  const harness = await load<typeof Harness>('test/gateway/prepareHarness.ts');
  const { smallPolicy } = await load<typeof SmallPolicy>('test/policies/smallPolicy.ts');

  const policy = smallPolicy({
    'basis: { internal: consent }, levels: { contact: full } }':
      'basis: { internal: consent }, levels: { contact.email: masked, contact.name: full } }',
  });
  const caller = harness.callerFor(CALLER);
  const generation = harness.generationOf(
    typeDefs((args) => (isPersonal ? `@personal(${args})` : '')),
    policy,
  );
  const prepared = harness.prepareQuery(generation, QUERY, caller);
  const { shape } = prepared;
  const text = JSON.stringify(harness.fetched(generation, prepared, source()));
  const data: unknown = JSON.parse(text);
  const states = statesOf(harness.NOW);

  const projected = () => {
    const decide = createDecider(policy, caller, states, harness.NOW);
    const report = createMaskedReport('collapsed');
    const groups = createGroups({ refer: async () => await Promise.resolve(), referenceOf: () => null });
    const { data: answer } = project(data, shape, {
      caller,
      decide,
      report,
      pseudonymKey: null,
      introspection: {},
      onDecision: (...decided) => groups.add(...decided),
    });
    return { answer, report, groups };
  };
  const last = projected();
  const entries = last.report.entries();
  const groups = last.groups.united().groups(reference);
  const collect = () => collectSubjects(data, shape);
  return {
    name: `${root}${isPersonal ? '' : ' (nothing personal)'}`,
    stages: [
      ['collectSubjects', collect],
      ['decide, project', projected],
      ['report.entries', () => projected().report.entries()],
      ['audit groups', () => projected().groups.united().groups(reference)],
      ['stringify data', () => JSON.stringify(last.answer)],
      ['stringify report, groups', () => [JSON.stringify(entries), JSON.stringify(groups)]],
      ['parse the fetched', () => JSON.parse(text) as unknown],
    ],
    whole: () => {
      collect();
      const { answer, report, groups } = projected();
      return (
        JSON.stringify(answer) +
        JSON.stringify(report.entries()) +
        JSON.stringify(groups.united().groups(reference))
      );
    },
  };
}

function source(): object {
  const users = Array.from({ length: USERS }, (_, index) => ({
    id: `u_${String(index)}`,
    login: `login${String(index)}`,
    score: index,
    joined: '2024-05-06T07:08:09Z',
    city: index % 7 === 0 ? null : 'Shibuya',
    bio: 'A few words about work that was done and work to come. '.repeat(3).slice(0, 150),
    active: index % 2 === 0,
    email: `person.${String(index)}@gmail.com`,
    name: `Example Person ${String(index)}`,
    nick: `nick_${String(index)}`,
    pin: '0000',
    rating: 'rather good',
    boss: { id: `u_${String(index - (index % 10))}` },
  }));
  return { users };
}

/** One in ten gave no consent; `agreed.sample` rests on it. */
function statesOf(now: number): ReadonlyMap<string, SubjectState> {
  return new Map(
    Array.from({ length: USERS }, (_, index): [string, SubjectState] => {
      const subject = `user:u_${String(index)}`;
      const purpose = CALLER.purpose;
      const entries = [{ purpose, recipient: null, state: 'GIVEN', at: 1, expiresAt: null } as const];
      const state = {
        subject,
        suspended: false,
        lastServiceUse: now - 1,
        collectionMethods: ['survey'],
        entries: index % 10 === 3 ? [] : entries,
        reference: null,
      };
      return [subject, { kind: 'known', subject, state }];
    }),
  );
}

/** CPU of this thread, which other load of the machine makes little difference to; it is counted in coarse steps. */
function microseconds(run: () => unknown): number {
  const start = process.threadCpuUsage();
  for (let turn = 0; turn < ANSWERS_A_ROUND; turn += 1) run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / ANSWERS_A_ROUND;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

const own = fileURLToPath(new URL('../..', import.meta.url));
const roots = [own, ...process.argv.slice(2).map((each) => resolve(each))];
const all: Stages[] = [];
for (const root of roots) all.push(await stagesOf(root, true), await stagesOf(root, false));

const timed = all.flatMap(({ name, stages, whole }) =>
  [...stages, ['whole', whole] as const].map(([stage, run]) => ({ name, stage, run, took: [] as number[] })),
);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const each of timed) {
    const took = microseconds(each.run);
    if (round >= ROUNDS / 4) each.took.push(took);
  }
}
process.stdout.write(`${String(all[0]?.whole().length)} characters\n`);
for (const { name, stage, took } of timed) {
  process.stdout.write(`${mean(took).toFixed(1).padStart(9)} µs  ${stage.padEnd(26)}${name}\n`);
}
