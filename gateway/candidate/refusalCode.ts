import { GraphQLError } from 'graphql';
import { ERRORS } from '../errors.ts';

/** The code of a refusal of ours; `null` for anything else that was thrown. */
export function refusalCode(error: unknown): string | null {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? code : null;
}
