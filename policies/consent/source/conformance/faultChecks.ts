import { ConsentUnavailableError, type ConsentSource } from '../source.ts';
import {
  freshNames,
  isGiven,
  must,
  withSource,
  type ConformanceCheck,
  type ConformanceHarness,
  type SourceFault,
} from './conformanceHarness.ts';

const PATIENT_MS = 30_000;
const SHORT_MS = 400;
/** How much later than it should a source may end on a busy machine. */
const GRACE_MS = 2_000;

/** What a source does when its system is not well, or when it is told to stop. */
export function faultChecks(harness: ConformanceHarness): readonly ConformanceCheck[] {
  const { subject, purpose, give, behave, faults } = harness;

  function check(
    name: string,
    fault: SourceFault,
    timeoutMs: number,
    run: (source: ConsentSource, subjects: readonly [string, string]) => Promise<void>,
  ): readonly ConformanceCheck[] {
    if (!faults.includes(fault)) return [];
    return [
      {
        name,
        run: async () => {
          const [first = '', second = ''] = freshNames(2).map(subject);
          await give(first);
          try {
            await withSource(harness, timeoutMs, async (source) => {
              // It was well once, so what fails afterwards is not how the source was set up.
              await source.read([first]);
              await behave(fault);
              await run(source, [first, second]);
            });
          } finally {
            await behave(null);
          }
        },
      },
    ];
  }

  const unavailable = (name: string, fault: SourceFault): readonly ConformanceCheck[] =>
    check(name, fault, PATIENT_MS, async (source, [first, second]) => {
      await expectUnavailable([first, second], source.read([first, second]));
    });

  return [
    ...check('gives up after its time', 'hang', SHORT_MS, async (source, subjects) => {
      await inTime(SHORT_MS + GRACE_MS, expectUnavailable(subjects, source.read(subjects)));
    }),
    ...check('stops when it is told to', 'hang', PATIENT_MS, async (source, subjects) => {
      const soon = expectUnavailable(subjects, source.read(subjects, AbortSignal.timeout(50)));
      await inTime(GRACE_MS, soon);
      await inTime(GRACE_MS, expectUnavailable(subjects, source.read(subjects, AbortSignal.abort())));
    }),
    ...check('ends what is under way when it is closed', 'hang', PATIENT_MS, async (source, subjects) => {
      const cut = expectUnavailable(subjects, source.read(subjects));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await inTime(GRACE_MS, source.close());
      await inTime(GRACE_MS, cut);
      await inTime(GRACE_MS, source.close());
      await inTime(GRACE_MS, expectUnavailable(subjects, source.read(subjects)));
    }),
    ...unavailable('is unavailable where nothing listens', 'down'),
    ...check('is there again when its system is', 'down', PATIENT_MS, async (source, [first]) => {
      await source.read([first]).catch(() => undefined);
      await behave(null);
      const [state] = (await source.read([first])).states;
      must(state !== undefined && isGiven(state, purpose), 'expected the consent that was given before');
    }),
    ...unavailable('is unavailable where its system says that it failed', 'failing'),
    ...unavailable('is unavailable on an answer that is malformed', 'malformed'),
    ...unavailable('is unavailable on an answer that is cut off', 'cut-off'),
    ...unavailable('is unavailable on an answer beyond measure', 'oversized'),
    ...check('takes no answer about others', 'replayed', PATIENT_MS, async (source, [, second]) => {
      await expectUnavailable([second], source.read([second]));
    }),
    ...check(
      'takes no answer that leaves somebody out',
      'replayed',
      PATIENT_MS,
      async (source, [first, second]) => {
        try {
          const [left] = (await source.read([second, first])).states;
          must(
            left?.subject === second && left.entries.length === 0,
            'expected ConsentUnavailableError, or no entries for whoever was left out',
          );
        } catch (error) {
          if (!(error instanceof ConsentUnavailableError)) throw error;
        }
      },
    ),
  ];
}

/** Rejects unless `reading` fails as it should, naming nobody. */
async function expectUnavailable(subjects: readonly string[], reading: Promise<unknown>): Promise<void> {
  const outcome = await reading.then(
    () => null,
    (error: unknown) => error,
  );
  must(outcome !== null, 'expected ConsentUnavailableError, not an answer');
  must(
    outcome instanceof ConsentUnavailableError,
    `expected ConsentUnavailableError, not ${outcome instanceof Error ? outcome.name : typeof outcome}`,
  );
  const message = outcome instanceof Error ? outcome.message : '';
  must(!subjects.some((each) => message.includes(each)), 'expected an error whose message names no subject');
}

async function inTime(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an end within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
