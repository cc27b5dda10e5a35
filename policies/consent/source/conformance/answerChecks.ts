import { checkedSource } from '../checkedSource.ts';
import type { ConsentSource } from '../source.ts';
import {
  freshNames,
  isGiven,
  must,
  withSource,
  type ConformanceCheck,
  type ConformanceHarness,
} from './conformanceHarness.ts';

const TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;
const MANY = 1_500;
/** Names that mean something to objects, paths and queries. */
const ODD_NAMES = '__proto__ constructor toString .. ../x a/b a,b a&b=c a?b#c %2e 空'.split(' ');

/** What a source answers while its system is well. */
export function answerChecks(harness: ConformanceHarness): readonly ConformanceCheck[] {
  const { subject, purpose, give, withdraw } = harness;

  const check = (name: string, run: (source: ConsentSource) => Promise<void>): ConformanceCheck => ({
    name,
    // Whatever it answers has to be of the form that decisions rely on.
    run: async () =>
      await withSource(harness, TIMEOUT_MS, async (source) => await run(checkedSource(source))),
  });

  /** Reads, and checks that exactly these are given. */
  async function expectGiven(
    source: ConsentSource,
    subjects: readonly string[],
    given: readonly string[],
  ): Promise<void> {
    const { states } = await source.read(subjects);
    must(
      states.every((state, index) => state.subject === subjects[index]) && states.length === subjects.length,
      'expected a state for each subject, in the order asked',
    );
    for (const state of states) {
      must(
        isGiven(state, purpose) === given.includes(state.subject),
        'expected the consent of those who gave it, and of nobody else',
      );
    }
  }

  return [
    check('answers in the order asked', async (source) => {
      const [a = '', b = '', c = ''] = freshNames(3).map(subject);
      await give(b);
      for (const order of [
        [a, b, c],
        [c, b, a],
        [b, a, c],
      ])
        await expectGiven(source, order, [b]);
    }),
    check('answers each time for somebody who is asked about twice', async (source) => {
      const [a = '', b = ''] = freshNames(2).map(subject);
      await give(b);
      await expectGiven(source, [b, a, b, b], [b]);
    }),
    check('knows nothing of somebody who is not known', async (source) => {
      const { states } = await source.read(freshNames(2).map(subject));
      for (const { entries, suspended, lastServiceUse } of states) {
        must(
          entries.length === 0 && !suspended && lastServiceUse === null,
          'expected no entries, no suspension and no use for somebody who is not known',
        );
      }
    }),
    check('answers about nobody', async (source) => {
      must((await source.read([])).states.length === 0, 'expected no states where nobody is asked about');
    }),
    check(`answers for ${MANY} subjects`, async (source) => {
      const all = freshNames(MANY).map(subject);
      const given = [0, 999, 1_000, 1_001, MANY - 1].flatMap((index) => all[index] ?? []);
      await Promise.all(given.map(give));
      await expectGiven(source, all, given);
    }),
    check('tells what was acknowledged before it was asked', async (source) => {
      const [who = ''] = freshNames(1).map(subject);
      for (let round = 0; round < 10; round += 1) {
        await give(who);
        // A read under way must not answer for the one after it.
        const early = source.read([who]);
        await withdraw(who);
        await expectGiven(source, [who], []);
        await early;
        await give(who);
        await expectGiven(source, [who], [who]);
        await withdraw(who);
      }
    }),
    check('answers many at the same time, each what they asked', async (source) => {
      const all = freshNames(40).map(subject);
      const given = all.filter((_, index) => index % 3 === 0);
      await Promise.all(given.map(give));
      await Promise.all(
        all.map(async (who, index) => await expectGiven(source, [who, all[(index + 7) % 40] ?? who], given)),
      );
    }),
    check('tells times in milliseconds since the epoch', async (source) => {
      const [who = ''] = freshNames(1).map(subject);
      await give(who);
      const [state] = (await source.read([who])).states;
      const near = state?.entries.every(({ at }) => Math.abs(at - Date.now()) < DAY_MS) ?? false;
      must(near && state !== undefined, 'expected `at` within a day of the writing, in ms since the epoch');
    }),
    check(
      'takes ids that are named like members of objects, or look like another’s place',
      async (source) => {
        const asked = ODD_NAMES.map((name) => subject(name)).filter((each) => source.accepts?.(each) ?? true);
        const others = asked.map((each) => `${each}${freshNames(1)[0] ?? ''}`);
        await source.read(asked);
        await Promise.all([...asked.map(withdraw), ...others.map(give)]);
        await expectGiven(source, [...asked, ...others], others);
        await Promise.all([...asked.map(give), ...others.map(withdraw)]);
        await expectGiven(source, [...asked, ...others], asked);
      },
    ),
  ];
}
