import { z } from 'zod';
import { admit, type Admission, type CallerClaims } from './admit.ts';
import type { SubjectState } from './consent/state.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { mayLookUp } from './mayLookUp.ts';
import type { Policy } from './policy.ts';
import { PolicyError } from './policyError.ts';
import { readYaml } from './readYaml.ts';
import { strictest } from './strictest.ts';

/** One expectation of a policy's test file and what came of it. `line` counts from 1. */
export interface PolicyTestResult {
  readonly name: string;
  readonly line: number;
  /** `full CONSENT`, `masked CONSENT_REFUSED`, `deny SUSPENDED`, a refusal's code, `admitted`, `may`, … */
  readonly expected: string;
  readonly actual: string;
  readonly passed: boolean;
}

/**
 * Runs a policy's tests: principals, subjects and expected decisions as data (`policy.test.yaml`), so that who
 * writes a policy can state what it must mean. Callers are admitted through the registry like requests; `a + b`
 * is a value about both subjects. Throws `PolicyError` for a test file that is malformed or names a caller or a
 * subject that it does not define.
 */
export function runPolicyTests(
  policy: Policy,
  text: string,
  file = 'policy.test.yaml',
): readonly PolicyTestResult[] {
  const { data, problemAt } = readYaml(text, file, testSchema);
  const now = data.now;

  const admitted = (path: readonly PropertyKey[], name: string): Admission => {
    const claims = Object.hasOwn(data.callers, name) ? data.callers[name] : undefined;
    if (claims === undefined) throw unknownName(path, 'caller', data.callers);
    return admit(policy, claimsOf(claims), now);
  };
  const subject = (path: readonly PropertyKey[], name: string): SubjectState => {
    const written = Object.hasOwn(data.subjects, name) ? data.subjects[name] : undefined;
    if (written === undefined) throw unknownName(path, 'subject', data.subjects);
    return stateOf(`${policy.namespace}:${name}`, written);
  };
  const unknownName = (path: readonly PropertyKey[], what: string, known: object): PolicyError =>
    new PolicyError([
      problemAt(path, `no ${what} of that name; expected one of: ${Object.keys(known).join(', ')}`),
    ]);
  const result = (
    path: readonly PropertyKey[],
    name: string,
    expected: string,
    actual: string,
  ): PolicyTestResult => ({
    name,
    line: problemAt(path, '').line,
    expected,
    actual,
    passed: actual === expected,
  });

  const decisions = data.decisions.flatMap((test, index) => {
    const path = ['decisions', index];
    const admission = admitted([...path, 'caller'], test.caller);
    const rule = { categories: test.categories, allow: test.allow, deny: test.deny };
    return Object.entries(test.expect).map(([subjects, expected]) => {
      const at = [...path, 'expect', subjects];
      const states = subjects.split('+').map((name) => subject(at, name.trim()));
      const actual = admission.ok
        ? shown(strictest(states.map((state) => decide(policy, rule, admission.caller, state, now))))
        : `refused ${admission.code}`;
      return result(
        at,
        `${test.caller} reads ${test.categories.join(' + ')} of ${subjects}`,
        expected,
        actual,
      );
    });
  });
  const requests = Object.entries(data.requests).map(([caller, expected]) => {
    const path = ['requests', caller];
    const admission = admitted(path, caller);
    return result(
      path,
      `a request of ${caller}`,
      expected,
      admission.ok ? 'admitted' : `refused ${admission.code}`,
    );
  });
  const lookups = data.lookups.map((test, index) => {
    const path = ['lookups', index];
    const admission = admitted([...path, 'caller'], test.caller);
    const may = admission.ok && mayLookUp(policy, test.categories, admission.caller);
    const name = `${test.caller} looks up by ${test.categories.join(' + ')}`;
    return result(path, name, test.expect, may ? 'may' : 'may not');
  });
  return [...decisions, ...requests, ...lookups];
}

const time = z
  .union([z.iso.date(), z.iso.datetime()], {
    error: 'expected a date or a time in UTC such as 2024-05-01T09:00:00Z',
  })
  .transform((text) => Date.parse(text));

const caller = z.strictObject({
  client: z.string().nullable().default(null),
  endUser: z.string().nullable().default(null),
  purpose: z.string().nullable().default(null),
  recipient: z.string().nullable().default(null),
  purposes: z.array(z.string()).nullable().default(null),
  ground: z
    .strictObject({
      kind: z.string().optional(),
      reference: z.string().optional(),
      expires: time.optional(),
      subjects: z.array(z.string()).optional(),
    })
    .nullable()
    .default(null),
});

const subject = z.strictObject({
  known: z.enum(['yes', 'unresolved', 'unavailable']).default('yes'),
  suspended: z.boolean().default(false),
  lastServiceUse: time.nullable().default(null),
  collectionMethods: z.array(z.string()).default([]),
  entries: z
    .array(
      z.strictObject({
        purpose: z.string(),
        recipient: z.string().nullable().default(null),
        state: z.enum(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED']),
        at: time,
        expiresAt: time.nullable().default(null),
      }),
    )
    .default([]),
});

const testSchema = z.strictObject({
  now: time,
  callers: z.record(z.string(), caller),
  subjects: z.record(z.string(), subject),
  decisions: z.array(
    z.strictObject({
      caller: z.string(),
      categories: z.array(z.string()),
      allow: z.array(z.string()).nullable().default(null),
      deny: z.array(z.string()).default([]),
      expect: z.record(z.string(), z.string()),
    }),
  ),
  requests: z.record(z.string(), z.string()).default({}),
  lookups: z
    .array(
      z.strictObject({
        caller: z.string(),
        categories: z.array(z.string()),
        expect: z.enum(['may', 'may not']),
      }),
    )
    .default([]),
});

function claimsOf(written: z.infer<typeof caller>): CallerClaims {
  return { ...written, actor: null };
}

function stateOf(id: string, { known, ...state }: z.infer<typeof subject>): SubjectState {
  if (known === 'unresolved') return { kind: 'unresolved' };
  if (known === 'unavailable') return { kind: 'unavailable', subject: id };
  return { kind: 'known', subject: id, state: { subject: id, reference: null, ...state } };
}

function shown(decision: Decision): string {
  return decision.effect === 'deny' ? `deny ${decision.reason}` : `${decision.level} ${decision.reason}`;
}
