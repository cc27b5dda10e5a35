import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  execute,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  parse,
  validate,
} from 'graphql';
import type {
  GraphQLFieldResolver,
  GraphQLLeafType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
} from 'graphql';
import { z } from 'zod';
import { githubSchema } from './githubSchema.ts';

/** A running mock of GitHub's API. */
export interface MockGithub {
  readonly url: string;
  /** The operations it was sent, in order, as text. */
  readonly received: readonly string[];
  readonly close: () => Promise<void>;
}

/** What every object value is: a concrete type and a seed from which its fields follow. */
interface Mocked {
  readonly __typename: string;
  readonly seed: string;
}

const mocked = z.object({ __typename: z.string(), seed: z.string() });
const byId = z.object({ id: z.string().optional(), ids: z.array(z.string()).optional() });
const body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/**
 * Serves GitHub's schema over HTTP on a free loopback port, with values that follow from where they stand: the
 * same selection gives the same answer whatever its aliases. A list of an interface or union holds one object
 * of every concrete type; other lists hold two. Nothing is null. Every string is a canary (see `canary`).
 */
export async function startMockGithub(): Promise<MockGithub> {
  const schema = githubSchema();
  const received: string[] = [];
  const server = createServer((request, response) => {
    void answer(schema, received, request).then(
      (result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The mock does not listen on a TCP port.');
  return {
    url: `http://127.0.0.1:${String(address.port)}/graphql`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/**
 * The string a field has: it names its coordinate, so that whoever finds it in an answer knows what leaked.
 * IP addresses are IP addresses of a range kept for documentation, e-mail addresses are well formed.
 */
export function canary(coordinate: string, seed: string): string {
  const number = hash(`${coordinate}|${seed}`);
  if (/ip$/i.test(coordinate)) return `198.51.100.${String(1 + (number % 254))}`;
  const mark = `${coordinate}#${(number % 65_536).toString(16).padStart(4, '0')}`;
  return /email|nameId|UserEmailMetadata\.value/i.test(coordinate) ? `${mark}@mail.example` : mark;
}

/** The coordinates whose canaries stand in `answer`, sorted, each once; IP addresses as `*.actorIp`. */
export function canariesIn(answer: unknown): readonly string[] {
  const written = JSON.stringify(answer);
  const marks = [...written.matchAll(/([A-Z]\w*\.\w+)#[0-9a-f]{4}/g)].map((match) => match[1] ?? '');
  const addresses = /198\.51\.100\.[1-9]/.test(written) ? ['*.actorIp'] : [];
  return [...new Set([...marks, ...addresses])].toSorted();
}

async function answer(schema: GraphQLSchema, received: string[], request: IncomingMessage): Promise<unknown> {
  const { query, variables, operationName } = body.parse(JSON.parse(await text(request)));
  received.push(query);
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  return await execute({
    schema,
    document,
    rootValue: { __typename: 'Query', seed: 'root' } satisfies Mocked,
    ...(variables == null ? {} : { variableValues: variables }),
    ...(operationName == null ? {} : { operationName }),
    fieldResolver: resolveField,
  });
}

const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) => {
  const parent = mocked.parse(source);
  const seed = `${parent.seed}/${info.fieldName}${JSON.stringify(args)}`;
  const { id, ids } = byId.parse(args);
  if (info.fieldName === 'node' && id !== undefined) return node(id);
  if (info.fieldName === 'nodes' && ids !== undefined) return ids.map(node);
  if (info.fieldName === 'id') return `${parent.__typename}:${parent.seed}`;
  return valueOf(info.returnType, seed, info);
};

/** A node is the one whose id was asked for (`User:1`): of that type, and the same by whatever way. */
function node(id: string): Mocked {
  return { __typename: id.split(':', 1).join(''), seed: id };
}

function valueOf(type: GraphQLOutputType, seed: string, info: GraphQLResolveInfo): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, seed, info);
  if (isListType(type)) {
    const item = isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType;
    if (isAbstractType(item))
      return possibleTypes(item.name, info).map((name) => ({ __typename: name, seed: `${seed}/${name}` }));
    return [0, 1].map((index) => valueOf(item, `${seed}/${String(index)}`, info));
  }
  if (isLeafType(type)) return leafOf(type, `${info.parentType.name}.${info.fieldName}`, seed);
  const names = isAbstractType(type) ? possibleTypes(type.name, info) : [type.name];
  return { __typename: names[hash(seed) % names.length] ?? type.name, seed } satisfies Mocked;
}

function leafOf(type: GraphQLLeafType, coordinate: string, seed: string): unknown {
  if (isEnumType(type)) return type.getValues()[hash(seed) % type.getValues().length]?.name;
  switch (type.name) {
    case 'Int':
      return hash(seed) % 1000;
    case 'Float':
      return (hash(seed) % 1000) / 10;
    case 'Boolean':
      return hash(seed) % 2 === 0;
    case 'Date':
      return '2024-01-31';
    case 'DateTime':
    case 'PreciseDateTime':
    case 'GitTimestamp':
      return '2024-01-31T12:00:00Z';
    case 'URI':
      return `https://github.example/${String(hash(seed))}`;
    default:
      return canary(coordinate, seed);
  }
}

function possibleTypes(name: string, info: GraphQLResolveInfo): readonly string[] {
  const type = info.schema.getType(name);
  return isAbstractType(type)
    ? info.schema
        .getPossibleTypes(type)
        .map((each) => each.name)
        .toSorted()
    : [];
}

function hash(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0);
}
