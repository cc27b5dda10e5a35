import * as fc from 'fast-check';
import { buildSchema, executeSync, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { FieldRules } from '../../../directives/fieldRule.ts';
import { createBinder } from '../../../gateway/prepare/binding.ts';
import { createGuardCompiler } from '../../../gateway/prepare/compileGuard.ts';
import { compileShape } from '../../../gateway/prepare/compileShape.ts';
import { keySpace, reservedKeys } from '../../../gateway/prepare/reservedKeys.ts';
import { createMaskedReport } from '../../../gateway/project/maskedReport.ts';
import { project, type Projected } from '../../../gateway/project/project.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { callerFor } from '../prepareHarness.ts';

/** A generated output type: what it is, around it lists, and where it may not be null. */
interface Type {
  readonly fields: readonly Type[] | null;
  /** From the inside out: whether each list, and what it holds, is non-null. */
  readonly lists: readonly boolean[];
  readonly nonNull: boolean;
}

const typeArbitrary = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.record({
    fields: fc.option(fc.array(tie('type'), { minLength: 1, maxLength: 3, depthIdentifier: 'types' }), {
      maxDepth: 3,
      depthIdentifier: 'types',
    }),
    lists: fc.array(fc.boolean(), { maxLength: 2 }),
    nonNull: fc.boolean(),
  }),
})).type;

const rootArbitrary = fc.array(typeArbitrary, { minLength: 1, maxLength: 3 });

/** Data for a type; `null` and absence may stand anywhere, whatever the type says. */
function dataOf(type: Type, lists = type.lists.length): fc.Arbitrary<unknown> {
  const none = fc.constantFrom<null | undefined>(null, undefined);
  if (lists > 0) {
    return fc.oneof(
      { weight: 6, arbitrary: fc.array(dataOf(type, lists - 1), { maxLength: 3 }) },
      { weight: 1, arbitrary: none },
    );
  }
  const value = type.fields === null ? fc.integer({ min: -9, max: 9 }) : objectOf(type.fields);
  return fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: none });
}

function objectOf(fields: readonly Type[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(...fields.map((field) => dataOf(field)))
    .map((values) => Object.fromEntries(values.map((value, index) => [`f${index}`, value])));
}

/** The schema and a query for everything in it. */
function written(root: readonly Type[]): { readonly sdl: string; readonly query: string } {
  const definitions: string[] = [];
  const define = (name: string, fields: readonly Type[]): string => {
    const written = fields.map((field, index) => {
      const below = field.fields === null ? '' : define(`${name}_${index}`, field.fields);
      let type = field.fields === null ? 'Int' : `${name}_${index}`;
      for (const inner of field.lists) type = `[${type}${inner ? '!' : ''}]`;
      return { definition: `f${index}: ${type}${field.nonNull ? '!' : ''}`, selection: `f${index}${below}` };
    });
    definitions.push(`type ${name} { ${written.map(({ definition }) => definition).join(' ')} }`);
    return ` { ${written.map(({ selection }) => selection).join(' ')} }`;
  };
  const query = define('Query', root);
  return { sdl: definitions.join('\n'), query };
}

const NO_RULES: FieldRules = {
  linked: false,
  field: () => null,
  argument: () => [],
  inputField: () => [],
  enumValue: () => [],
  subjectsOf: () => [],
  inheritsSubject: () => false,
  isEntity: () => false,
};

function projected(sdl: string, query: string, data: unknown): Projected {
  const schema = buildSchema(sdl);
  const operation = getOperationAST(parse(query));
  if (operation == null) throw new Error('Expected an operation.');
  const policy = smallPolicy();
  const caller = callerFor();
  const shape = compileShape({
    schema,
    operation,
    fragments: new Map(),
    binder: createBinder(NO_RULES, policy, caller),
    keys: reservedKeys(keySpace(schema)),
    compileGuard: createGuardCompiler(policy, caller),
    namespace: policy.namespace,
  });
  return project(data, shape, {
    caller,
    decide: () => ({ effect: 'deny', reason: 'PURPOSE_MISSING' }),
    report: createMaskedReport('collapsed'),
    pseudonymKey: null,
    introspection: {},
    onDecision: () => undefined,
  });
}

describe('where nothing is personal', () => {
  it('null propagation is that of graphql-js, for any types and data', () => {
    fc.assert(
      fc.property(
        rootArbitrary.chain((root) => fc.tuple(fc.constant(written(root)), objectOf(root))),
        ([{ sdl, query }, data]) => {
          const expected = executeSync({ schema: buildSchema(sdl), document: parse(query), rootValue: data });
          const { data: answer, rejected, nullViolations } = projected(sdl, query, data);
          expect(JSON.stringify(answer)).toBe(JSON.stringify(expected.data));
          expect(rejected).toEqual([]);
          // graphql-js stops at a list's first null; here each is told. None is made up or left out.
          const paths = nullViolations.map(({ path }) => path);
          for (const error of expected.errors ?? []) expect(paths).toContainEqual(error.path);
          expect(paths.length > 0).toBe((expected.errors ?? []).length > 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the fetched data is left as it was', () => {
    fc.assert(
      fc.property(
        rootArbitrary.chain((root) => fc.tuple(fc.constant(written(root)), objectOf(root))),
        ([{ sdl, query }, data]) => {
          const before = structuredClone(data);
          projected(sdl, query, data);
          expect(data).toStrictEqual(before);
        },
      ),
      { numRuns: 100 },
    );
  });
});
