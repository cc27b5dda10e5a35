import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.unknown()),
});

/** The parts of `docker-compose.yml` that the tests look at, in the notation that this repository uses. */
export type ComposeFile = z.infer<typeof composeFile>;
export type ComposeService = z.infer<typeof service>;

/** Text of a Compose file → its value, YAML merge keys applied, as Compose reads it. */
export function parseCompose(text: string): unknown {
  return parse(text, { merge: true });
}

/** The repository's Compose file. Throws a `ZodError` where it uses a notation that the tests do not read. */
export async function readCompose(): Promise<ComposeFile> {
  const file = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));
  return composeFile.parse(parseCompose(await readFile(file, 'utf8')));
}

/** What the Compose Specification's JSON schema (as dclint ships it) finds wrong with a Compose file's value. */
export async function composeSchemaErrors(value: unknown): Promise<readonly string[]> {
  const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
  const text = await readFile(join(dclint, 'schemas', 'compose.schema.json'), 'utf8');
  // It names draft 7 by https, under which no validator knows it.
  const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  delete schema['$schema'];
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration: true } });
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? error.keyword}`);
}
