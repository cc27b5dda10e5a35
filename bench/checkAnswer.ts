import { isDeepStrictEqual } from 'node:util';
import { Supergraph } from '@apollo/federation-internals';
import { graphql } from 'graphql';
import { z } from 'zod';
import type { BenchRequest } from './scenarios.ts';
import { createGraph, type View } from './world/graph.ts';

const answerSchema = z.object({ data: z.unknown(), errors: z.unknown().optional() });

/** What requests must be answered with: computed by graphql-js over one schema of everything, without any gateway. */
export type Expect = (request: BenchRequest, view: View) => Promise<unknown>;

/** Answers from the API schema of a supergraph. */
export function createExpectations(supergraph: string): Expect {
  const schema = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
  const graphs = { everything: createGraph('everything'), permitted: createGraph('permitted') };
  return async ({ query, variables }, view) => {
    const { data, errors } = await graphql({
      schema,
      source: query,
      variableValues: variables,
      rootValue: graphs[view],
    });
    if (errors !== undefined) throw new Error(`The request itself is wrong: ${String(errors[0]?.message)}`);
    return JSON.parse(JSON.stringify(data)) as unknown;
  };
}

/**
 * Checks a gateway's answer.
 *
 * @returns the length of its body in bytes.
 * @throws Error with the first difference's place. A wrong answer is not measured.
 */
export async function checkAnswer(
  url: string,
  { query, variables }: BenchRequest,
  headers: Readonly<Record<string, string>>,
  expected: unknown,
): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${text.slice(0, 300)}`);
  const { data, errors } = answerSchema.parse(JSON.parse(text));
  if (errors !== undefined) throw new Error(`answered with errors: ${JSON.stringify(errors).slice(0, 300)}`);
  if (!isDeepStrictEqual(data, expected))
    throw new Error(`gave a wrong answer at ${difference(data, expected)}`);
  return Buffer.byteLength(text);
}

/** Where two values differ first, as a path. */
function difference(given: unknown, expected: unknown): string {
  if (typeof given === 'object' && typeof expected === 'object' && given !== null && expected !== null) {
    const [left, right] = [new Map(Object.entries(given)), new Map(Object.entries(expected))];
    for (const key of new Set([...right.keys(), ...left.keys()])) {
      if (!isDeepStrictEqual(left.get(key), right.get(key)))
        return `${key}.${difference(left.get(key), right.get(key))}`;
    }
  }
  return ` ${JSON.stringify(given)?.slice(0, 60)} in place of ${JSON.stringify(expected)?.slice(0, 60)}`;
}
