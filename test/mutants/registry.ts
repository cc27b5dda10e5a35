import { ANSWER } from './answer.ts';
import { CALLERS } from './callers.ts';
import { CLOSURE } from './closure.ts';
import { CONFIGURATION } from './configuration.ts';
import { CONSENT_WRITER } from './consentWriter.ts';
import { DECISION } from './decision.ts';
import { ISOLATION_MUTANTS } from './isolation.ts';
import { LIMITS_MUTANTS } from './limits.ts';
import { MERGE } from './merge.ts';
import type { Mutant } from './mutant.ts';
import { OUTWARD } from './outward.ts';
import { POLICIES } from './policies.ts';
import { PREPARE } from './prepare.ts';
import { RIGHTS } from './rights.ts';
import { SERVING } from './serving.ts';
import { WATCHING } from './watching.ts';

/** Every protection that `npm run test:mutants` switches off, one at a time. */
export const MUTANTS: readonly Mutant[] = Object.freeze([
  ...CLOSURE,
  ...MERGE,
  ...DECISION,
  ...PREPARE,
  ...ISOLATION_MUTANTS,
  ...ANSWER,
  ...OUTWARD,
  ...CALLERS,
  ...POLICIES,
  ...CONFIGURATION,
  ...LIMITS_MUTANTS,
  ...CONSENT_WRITER,
  ...RIGHTS,
  ...SERVING,
  ...WATCHING,
]);

/** How an `INVARIANT:` begins that no mutant breaks, and why not. */
export const NOT_MUTATED: Readonly<Record<string, string>> = Object.freeze({});
