import { Supergraph } from '@apollo/federation-internals';
import {
  execute,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { SUPPORTED_FEATURES } from '../../directives/spec.ts';
import type { Caller } from '../../policies/caller.ts';
import { applyMask } from '../../policies/masks/applyMask.ts';
import { CONSTANT, type PseudonymKey } from '../../policies/masks/mask.ts';
import type { Policy } from '../../policies/policy.ts';
import { checkInputs, InvalidInput } from './checkInputs.ts';
import { isInstance, type Data, type Value } from './data.ts';
import type { Denial, Settle, Settled } from './decisions.ts';
import type { Model } from './model.ts';
import type { RandomOperation } from './operation.ts';
import { inputsFromData, resolveCell } from './resolve.ts';

/** What an answer must be. */
export type Expected =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'invalid' }
  | {
      readonly kind: 'answered';
      readonly data: unknown;
      readonly rejected: readonly Path[];
      /** Where a resolver failed or a null stands that may not. */
      readonly failed: readonly Path[];
    };

export type Path = readonly (string | number)[];

/** Told of every field that an answer was made with, as often as it occurs. */
export type OnShown = (settled: Settled | null, type: string, field: string) => void;

/** What one answer depends on. */
export interface OracleInput {
  readonly data: Data;
  readonly operation: RandomOperation;
  readonly policy: Policy;
  readonly caller: Caller;
  readonly settle: Settle;
  readonly pseudonymKey: PseudonymKey;
  readonly onShown?: OnShown;
  /** Told of personal arguments that may be looked up by. */
  readonly onLookup?: () => void;
}

/** The answers of graphql-js over one schema of everything, followed by the decision table. */
export interface Oracle {
  readonly schema: GraphQLSchema;
  readonly answer: (input: OracleInput) => Expected;
}

const REJECTED = 'PERSONAL_DATA_REJECTED';

/** Creates the oracle of one supergraph: it knows nothing of plans, reserved keys or projections. */
export function createOracle(model: Model, supergraph: string): Oracle {
  const schema = Supergraph.build(supergraph, { supportedFeatures: SUPPORTED_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();

  const answer: Oracle['answer'] = (input) => {
    const { operation, data, settle } = input;
    const document = parse(harmless(operation.query));
    const definition = definitionOf(document, operation.operationName);
    const raw = Object.fromEntries(
      Object.entries(operation.variables).map(([name, value]) => [
        name === '__proto__' ? HARMLESS : name,
        value,
      ]),
    );
    const { coerced } = getVariableValues(schema, definition.variableDefinitions ?? [], raw);
    if (coerced === undefined) return { kind: 'invalid' };
    try {
      const code = checkInputs(model, schema, definition, fragmentsOf(document), coerced, input);
      if (code !== null) return { kind: 'refused', code };
    } catch (error) {
      if (error instanceof InvalidInput) return { kind: 'invalid' };
      throw error;
    }

    const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, _, info) => {
      const instance = data.roots.get(info.parentType.name) ?? source;
      if (!isInstance(instance)) throw new TypeError('Expected an object of the data.');
      const settled = settle(instance, info.fieldName);
      input.onShown?.(settled, instance.type, info.fieldName);
      if (settled !== null && settled.decision.effect === 'deny') return shown(settled.denial);
      const value = resolveCell(
        model,
        data,
        instance,
        info.fieldName,
        args,
        inputsFromData(model, data, instance),
      );
      const isMasked = settled?.decision.effect === 'allow' && settled.decision.level === 'masked';
      return isMasked ? masked(value, settled, input) : value;
    };

    const result = execute({
      schema,
      document,
      rootValue: {},
      variableValues: raw,
      operationName: operation.operationName,
      fieldResolver,
      typeResolver: (value) => (isInstance(value) ? value.type : undefined),
    });
    if (result instanceof Promise) throw new TypeError('Resolvers are plain functions.');
    const { errors = [] } = result;
    return {
      kind: 'answered',
      data: result.data ?? null,
      rejected: pathsOf(errors.filter(isRejection)),
      failed: pathsOf(errors.filter((error) => !isRejection(error))),
    };
  };

  return { schema, answer };
}

/** graphql-js loses variables of this name, since it keeps them in a plain object. */
const HARMLESS = 'harmless';

function harmless(query: string): string {
  return query.replaceAll('$__proto__', `$${HARMLESS}`);
}

function isRejection({ originalError, extensions }: GraphQLError): boolean {
  return (
    extensions['code'] === REJECTED || (originalError instanceof GraphQLError && isRejection(originalError))
  );
}

function pathsOf(errors: readonly GraphQLError[]): Path[] {
  return errors.map(({ path }) => path ?? []);
}

function rejection(): GraphQLError {
  return new GraphQLError('Rejected.', { extensions: { code: REJECTED } });
}

function shown(denial: Denial): unknown {
  if (denial.kind === 'value') return denial.value;
  throw rejection();
}

function masked(value: Value, settled: Settled, input: OracleInput): unknown {
  if (Array.isArray(value)) {
    return value.map((each: Value) => {
      try {
        return masked(each, settled, input);
      } catch (error) {
        return error;
      }
    });
  }
  if (value === null || isInstance(value)) return value;
  const image = maskImage(value, settled, input);
  return image === CONSTANT ? shown(settled.constant) : image;
}

/** What one leaf looks like at level `masked`; `CONSTANT` where the type's constant stands for it. */
export function maskImage(
  value: Value,
  { mask, leaf, subject, demands }: Settled,
  { caller, pseudonymKey }: Pick<OracleInput, 'caller' | 'pseudonymKey'>,
): unknown {
  if (leaf === null) return CONSTANT;
  return applyMask(mask, value, leaf, {
    purpose: caller.purpose ?? '',
    recipient: caller.recipient,
    category: mask.kind === 'mask' ? mask.category : demands.categories.join('+'),
    subject,
    pseudonymKey,
  });
}

function definitionOf(document: DocumentNode, name: string | null): OperationDefinitionNode {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (name === null || definition.name?.value === name) return definition;
  }
  throw new Error('The document has no such operation.');
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
}
