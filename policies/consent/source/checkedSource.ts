import { z } from 'zod';
import { checkAnswer, ConsentUnavailableError, type ConsentSource } from './source.ts';

const time = z.int();

const answerSchema = z.object({
  leaseMs: z.int().min(0),
  states: z.array(
    z.object({
      subject: z.string(),
      suspended: z.boolean(),
      lastServiceUse: time.nullable(),
      collectionMethods: z.array(z.string()),
      entries: z.array(
        z.object({
          purpose: z.string().min(1),
          recipient: z.string().min(1).nullable(),
          state: z.enum(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED']),
          at: time,
          expiresAt: time.nullable(),
        }),
      ),
      reference: z
        .string()
        .regex(/^[\w-]{16,64}$/)
        .nullable(),
    }),
  ),
});

/**
 * Takes nothing on trust from a source of somebody else's: what it answers is checked as an answer from the network
 * is, and whatever it throws becomes `ConsentUnavailableError`.
 *
 * INVARIANT: what a foreign source answers counts only where it has the form that decisions rely on.
 * Test: test/policies/consent/source/checkedSource.test.ts, "refuses".
 */
export function checkedSource(source: ConsentSource): ConsentSource {
  return {
    accepts: (subject) => acceptedBy(source, subject),
    read: async (subjects, signal) => {
      const parsed = answerSchema.safeParse(await readFrom(source, subjects, signal));
      if (parsed.success) return checkAnswer(subjects, parsed.data);
      const at = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new ConsentUnavailableError(`The consent source's answer is not well formed at "${at}".`);
    },
    close: async () => await source.close(),
  };
}

/** Whatever it throws may name whom it was asked about; nobody's consent is known then. */
function acceptedBy(source: ConsentSource, subject: string): boolean {
  try {
    return source.accepts?.(subject) ?? true;
  } catch {
    return false;
  }
}

async function readFrom(
  source: ConsentSource,
  subjects: readonly string[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  try {
    return await source.read(subjects, signal);
  } catch (error) {
    // Messages are logged, and whose consent this one tells of is not known.
    const fault =
      error instanceof ConsentUnavailableError && error.fault === 'question' ? 'question' : 'source';
    throw new ConsentUnavailableError('The consent source failed.', { cause: error, fault });
  }
}
