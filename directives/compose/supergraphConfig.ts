import { z } from 'zod';
import { PolicyError, type Problem } from '../../policies/policyError.ts';
import { readYaml } from '../../policies/readYaml.ts';
import { expandVariables, type Environment } from './expandVariables.ts';

/** Where a subgraph's schema comes from. */
export type SchemaSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'sdl'; readonly sdl: string };

/** One subgraph of a `supergraph.yaml`. */
export interface ConfiguredSubgraph {
  readonly name: string;
  readonly routingUrl: string;
  readonly schema: SchemaSource;
  /** Where it is named, counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** A `supergraph.yaml`, in the order in which it names the subgraphs. */
export interface SupergraphConfig {
  readonly file: string;
  readonly subgraphs: readonly ConfiguredSubgraph[];
}

/**
 * Reads the text of a `supergraph.yaml` as Rover has it
 * (https://www.apollographql.com/docs/rover/commands/supergraphs#yaml-configuration-file). Schemas that only
 * Apollo's registry has (`graphref`) and Federation 1 composition are refused.
 *
 * @throws PolicyError with every problem and its line.
 */
export function parseSupergraphConfig(
  text: string,
  file: string,
  environment: Environment,
): SupergraphConfig {
  const { data, problemAt } = readYaml(text, file, configSchema(environment));
  const problems = Object.entries(data.subgraphs).flatMap(([name, { routing_url: routingUrl, schema }]) => {
    const path = ['subgraphs', name];
    if (schema.graphref !== undefined || schema.subgraph !== undefined) {
      const message = `${name} takes its schema from Apollo's registry, which is not asked; expected schema: { file: … }, as "rover subgraph fetch" writes it`;
      return [problemAt([...path, 'schema'], message, 'key')];
    }
    const sources = [schema.file, schema.subgraph_url, schema.sdl].filter((source) => source !== undefined);
    if (sources.length !== 1) {
      return [
        problemAt([...path, 'schema'], `${name} needs one of schema › file, subgraph_url or sdl`, 'key'),
      ];
    }
    if (schema.introspection_headers !== undefined && schema.subgraph_url === undefined) {
      const at = [...path, 'schema', 'introspection_headers'];
      return [problemAt(at, 'introspection_headers are sent to a subgraph_url; expected one', 'key')];
    }
    if (routingUrl === undefined && schema.subgraph_url === undefined) {
      return [
        problemAt(
          path,
          `${name} has no routing_url; expected the URL at which the gateway reaches it`,
          'key',
        ),
      ];
    }
    return [];
  });
  if (problems.length > 0) throw new PolicyError(problems);
  return {
    file,
    subgraphs: Object.entries(data.subgraphs).map(([name, { routing_url: routingUrl, schema }]) => ({
      name,
      routingUrl: routingUrl ?? schema.subgraph_url ?? '',
      schema: sourceOf(schema),
      ...placeOf(problemAt(['subgraphs', name], '', 'key')),
    })),
  };
}

function configSchema(environment: Environment) {
  const text = z.string().transform((value, context) => {
    const expanded = expandVariables(value, environment);
    if ('text' in expanded) return expanded.text;
    context.addIssue({ code: 'custom', message: expanded.problem, input: '' });
    return z.NEVER;
  });
  const url = text.refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'expected a URL that begins with http:// or https://',
  });
  return z.strictObject({
    federation_version: z
      .union([z.string(), z.number()])
      .refine((version) => /^(?:=?2(?:\.\d+){0,2}|latest-2)$/.test(String(version)), {
        error:
          'expected 2 or a version of it, such as =2.9.0: subgraphs of Federation 1 are composed as Federation 2',
      })
      .optional(),
    subgraphs: z
      .record(
        z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'expected a name of letters, digits, - and _'),
        z.strictObject({ routing_url: url.optional(), schema: schemaSchema(text, url) }),
      )
      .refine((subgraphs) => Object.keys(subgraphs).length > 0, { error: 'expected one subgraph or more' }),
  });
}

function schemaSchema<Text extends z.ZodType<string>, Url extends z.ZodType<string>>(text: Text, url: Url) {
  return z.strictObject({
    file: text.optional(),
    subgraph_url: url.optional(),
    introspection_headers: z.record(z.string(), text).optional(),
    sdl: text.optional(),
    graphref: z.string().optional(),
    subgraph: z.string().optional(),
  });
}

function placeOf({ line, column }: Problem): Pick<Problem, 'line' | 'column'> {
  return { line, column };
}

interface WrittenSchema {
  readonly file?: string | undefined;
  readonly subgraph_url?: string | undefined;
  readonly introspection_headers?: Readonly<Record<string, string>> | undefined;
  readonly sdl?: string | undefined;
}

function sourceOf(schema: WrittenSchema): SchemaSource {
  if (schema.file !== undefined) return { kind: 'file', file: schema.file };
  if (schema.subgraph_url !== undefined) {
    return { kind: 'url', url: schema.subgraph_url, headers: schema.introspection_headers ?? {} };
  }
  return { kind: 'sdl', sdl: schema.sdl ?? '' };
}
