import { readFile } from 'node:fs/promises';
import type { GraphQLDataSource } from '@apollo/gateway';
import {
  getOperationAST,
  GraphQLError,
  parse,
  Source,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { parsePolicy, readPolicyText } from '../../policies/loadPolicy.ts';
import { policyPlaces } from '../../policies/policyPlaces.ts';
import { readConfig } from '../config/readConfig.ts';
import { CONFIG_FLAG, required } from '../config/startConfig.ts';
import { annotationSources } from '../explain/annotationSources.ts';
import { explain, type ExplainInput } from '../explain/explain.ts';
import { explanationText } from '../explain/explanationText.ts';
import { reachedDocument } from '../explain/reachedDocument.ts';
import { ConfigError, flagsHelp, readFlags, type Flag } from '../flags.ts';
import { buildGeneration } from '../generation.ts';
import { readSupergraphFile } from '../supergraphSource.ts';
import type { Command } from './command.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  { flag: 'supergraph', value: 'FILE', help: 'SDL of a composed supergraph' },
  { flag: 'policy', value: 'FILE', help: 'policy.yaml' },
  { ...CONFIG_FLAG, help: 'sudare.yaml that names the two; ./sudare.yaml, if there is one' },
  { flag: 'operation', value: 'FILE', help: 'a GraphQL document' },
  { flag: 'operation-name', value: 'NAME', help: 'which operation of the document, where it has several' },
  { flag: 'variables', value: 'FILE', help: 'its variables as JSON' },
  { flag: 'client', value: 'ID', help: 'the calling client, as the policy registers it' },
  { flag: 'purpose', value: 'KEY', help: 'the declared purpose; default: none, or that of @usedFor' },
  { flag: 'recipient', value: 'KEY', help: 'who receives the answer, where the client serves several' },
  { flag: 'format', value: 'FORMAT', help: 'text or json; default text' },
]);

/** `sudare explain`: tells what the gateway would do with an operation, without serving or fetching anything. */
export const explainCommand: Command = Object.freeze<Command>({
  usage: `sudare explain: tells what an operation would show to a client, and why.\n\n${flagsHelp(FLAGS)}\n`,
  run: async (args, environment) => {
    const flags = readFlags(FLAGS, args);
    const { config, file } = readConfig({ flags, environment, file: flags.text('config') });
    const files = {
      supergraph: required(
        'supergraph',
        config.supergraph.file,
        'a file with the SDL of a composed supergraph',
        file,
      ),
      policy: required('policy', config.policy.file, 'a policy.yaml', file),
      operation: flags.required('operation', 'a file with a GraphQL document'),
    };
    const claims = {
      client: flags.required('client', 'the id of a registered client'),
      purpose: flags.text('purpose'),
      recipient: flags.text('recipient'),
      endUser: null,
      actor: null,
      ground: null,
      purposes: null,
    };
    const format = flags.text('format') ?? 'text';
    if (format !== 'text' && format !== 'json') throw new ConfigError('--format: expected text or json.');
    const variables = flags.text('variables');

    const policyText = await readPolicyText(files.policy);
    const supergraphSdl = await readSupergraphFile(files.supergraph);
    const generation = buildGeneration({
      supergraphSdl,
      policy: parsePolicy(policyText, files.policy),
      subgraphUrls: new Map(),
      buildService: noService,
      consentUrl: null,
      maxPrepared: 1,
    });
    const document = readOperation(
      await textOf('operation', files.operation),
      files.operation,
      generation.schema,
    );
    const operation = getOperationAST(document, flags.text('operation-name'));
    if (operation == null) {
      throw new Error(
        `${files.operation}: expected one operation, or --operation-name to name one of several.`,
      );
    }
    const input: ExplainInput = {
      generation,
      annotations: annotationSources(supergraphSdl),
      places: policyPlaces(policyText),
      files,
      document,
      operation,
      claims,
      variables: variables === null ? null : readVariables(await textOf('variables', variables), variables),
    };
    const explanation = explain(input);
    process.stdout.write(
      format === 'json'
        ? `${JSON.stringify(explanation, null, 2)}\n`
        : explanationText(explanation, reachedDocument(document, operation)),
    );
    return 0;
  },
});

const noService = (): GraphQLDataSource => ({
  process: async () => await Promise.reject(new Error('Nothing is fetched to explain an operation.')),
});

/** @throws an Error with every problem as `file:line:column: message`. */
function readOperation(text: string, file: string, schema: GraphQLSchema): DocumentNode {
  const problems: GraphQLError[] = [];
  try {
    const document = parse(new Source(text, file));
    problems.push(...validate(schema, document, specifiedRules));
    if (problems.length === 0) return document;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    problems.push(error);
  }
  throw new Error(
    problems
      .map(({ message, locations: [at] = [] }) => `${file}:${at?.line ?? 1}:${at?.column ?? 1}: ${message}`)
      .join('\n'),
  );
}

function readVariables(text: string, file: string): Readonly<Record<string, unknown>> {
  const problem = new Error(`--variables ${file}: expected a JSON object.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw problem;
  return { ...value };
}

async function textOf(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`--${flag} ${file}: expected a file that can be read (${code}).`, { cause: error });
  }
}
