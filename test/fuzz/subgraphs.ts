import type { DataSource } from '../../gateway/execute/services.ts';
import type { GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { execute, parse, type DocumentNode, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Data, Instance } from './data.ts';
import { isInstance } from './data.ts';
import { possibleObjects, type FieldModel, type Model } from './model.ts';
import { printSubgraph } from './printSubgraph.ts';
import { extract, inputsFromData, resolveCell, valueOf, type Entered } from './resolve.ts';

/** One request that a subgraph was sent. */
export interface Sent {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The subgraphs of one model, in process, over whatever data is served at the moment. */
export interface Subgraphs {
  readonly buildService: (definition: { readonly name: string }) => DataSource;
  readonly serve: (data: Data) => void;
  /** What was sent since the last call. */
  readonly take: () => readonly Sent[];
}

/** Builds real subgraph schemas, whose resolvers are plain functions of the data. */
export function createSubgraphs(model: Model): Subgraphs {
  let data: Data | null = null;
  let sent: Sent[] = [];
  const parsed = new Map<string, DocumentNode>();

  const served = (): Data => {
    if (data === null) throw new Error('No data is served.');
    return data;
  };

  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, _, info) => {
    const root = served().roots.get(info.parentType.name);
    const entered = root ?? source;
    const instance = instanceOf(entered);
    if (instance === null)
      throw new Error(`There is no object for ${info.parentType.name}.${info.fieldName}.`);
    const representation = isEntered(entered) ? entered.representation : null;
    // What `@provides` gives is at hand without a representation. And the planner asks for what chains of
    // `@requires` are made of before it has the inputs, for which subgraphs then have to look themselves.
    return resolveCell(model, served(), instance, info.fieldName, args, (field) =>
      representation === null || !hasInputs(field, representation)
        ? inputsFromData(model, served(), instance)(field)
        : (field.requires?.paths ?? []).map((path) => extract(representation, path)),
    );
  };

  const find = (representation: Readonly<Record<string, unknown>>): Entered | null => {
    const { __typename: named } = representation;
    const candidates = possibleObjects(model, String(named)).flatMap(
      ({ name }) => served().entities.get(name) ?? [],
    );
    const instance = candidates.find((each) => matches(each, representation));
    return instance === undefined ? null : { instance, representation };
  };

  const schemas = new Map(model.subgraphs.map((name) => [name, schemaOf(model, name, find)]));

  return {
    buildService: ({ name }) => ({
      // Like those over HTTP, so that what the executor shares between calls is shared here too.
      leavesRequests: true,
      process: async ({ request: { query = '', variables = {} } }) => {
        const schema = schemas.get(name);
        if (schema === undefined) throw new Error(`There is no subgraph ${name}.`);
        sent.push({ subgraph: name, query, variables });
        let document = parsed.get(query);
        if (document === undefined) parsed.set(query, (document = parse(query)));
        const result = await execute({
          schema,
          document,
          rootValue: {},
          variableValues: variables,
          fieldResolver,
          typeResolver,
        });
        // What arrives at a gateway has been JSON.
        const received: Awaited<ReturnType<GraphQLDataSource['process']>> = JSON.parse(
          JSON.stringify(result),
        );
        return received;
      },
    }),
    serve(next) {
      data = next;
    },
    take() {
      const taken = sent;
      sent = [];
      // Operations are rarely repeated once their case is over.
      if (parsed.size > 500) parsed.clear();
      return taken;
    },
  };
}

function typeResolver(value: unknown): string {
  return instanceOf(value)?.type ?? '';
}

type Find = (representation: Readonly<Record<string, unknown>>) => Entered | null;

function schemaOf(model: Model, subgraph: string, find: Find): GraphQLSchema {
  const resolvers: GraphQLResolverMap<unknown> = {};
  const entity = { __resolveReference: find };
  for (const { kind, name, homes } of model.objects.values()) {
    if (kind === 'entity' && homes.has(subgraph)) resolvers[name] = entity;
  }
  for (const { name, homes, objectIn } of model.interfaces.values()) {
    if (objectIn === subgraph) resolvers[name] = entity;
    else if (objectIn !== null && homes.has(subgraph)) {
      resolvers[name] = { ...entity, __resolveType: (value: unknown) => instanceOf(value)?.type };
    }
  }
  return buildSubgraphSchema({ typeDefs: parse(printSubgraph(model, subgraph)), resolvers });
}

function hasInputs({ requires }: FieldModel, representation: unknown): boolean {
  const given = typeof representation === 'object' && representation !== null ? representation : {};
  return (requires?.paths ?? []).every(([first = '']) => Object.hasOwn(given, first));
}

function isEntered(value: unknown): value is Entered {
  return typeof value === 'object' && value !== null && 'instance' in value;
}

function instanceOf(value: unknown): Instance | null {
  if (isInstance(value)) return value;
  return isEntered(value) ? value.instance : null;
}

/** Whether an entity is the one that a representation's key fields name. */
function matches(instance: Instance, representation: Readonly<Record<string, unknown>>): boolean {
  const named = [['id'], ['code'], ['part'], ['org', 'code']].filter(([first = '']) =>
    Object.hasOwn(representation, first),
  );
  const isSame = (path: readonly string[]): boolean => {
    const [first = '', ...rest] = path;
    const value = valueOf(instance, first);
    const own = rest.length === 0 || !isInstance(value) ? value : valueOf(value, rest[0] ?? '');
    return own === extract(representation, path);
  };
  return named.length > 0 && named.every(isSame);
}
