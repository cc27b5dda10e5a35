import { UnusablePostgresError } from './postgresPool.ts';

/** Of an error, its cause, the cause of that and so on. */
const MOST_CAUSES = 8;

/**
 * What a failure was, for a log: messages that are ours, else names and codes, since the database's messages quote
 * values.
 */
export function describeFailure(error: unknown): string {
  const chain = causes(error);
  const ours = chain.find(
    (each) => each instanceof UnusablePostgresError || each.message.startsWith('Redis'),
  );
  if (ours !== undefined) return ours.message;
  const codes = chain.flatMap((each) => ('code' in each && isCode(each.code) ? [each.code] : []));
  return [chain.at(-1)?.name ?? 'unknown failure', ...codes].join(' ');
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next = error;
  while (next instanceof Error && chain.length < MOST_CAUSES) {
    chain.push(next);
    // GraphQL's errors name what they are about in another way.
    next = next.cause ?? ('originalError' in next ? next.originalError : undefined);
  }
  return chain;
}

function isCode(code: unknown): code is string {
  return typeof code === 'string' && /^\w{1,40}$/.test(code);
}
