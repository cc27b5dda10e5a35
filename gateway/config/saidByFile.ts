import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { explainIssue } from '../../policies/explainIssue.ts';
import { PolicyError } from '../../policies/policyError.ts';
import { readYaml, type Path } from '../../policies/readYaml.ts';
import { ConfigError } from '../flags.ts';
import { configSchema, fileSchema } from './configSchema.ts';
import { secretOf } from './saidByEnvironment.ts';
import { SETTINGS } from './settingFlags.ts';

/** What a `sudare.yaml` says, secrets and names of files found, and the line that says each part of it. */
export interface SaidByFile {
  readonly data: Readonly<Record<string, unknown>>;
  /** `sudare.yaml:12` */
  readonly lineOf: (path: Path) => string;
}

/**
 * Reads a `sudare.yaml`.
 *
 * @throws ConfigError with every problem as `file:line:column: message`. None quotes a value, but for the name of a
 * file that should hold a secret, nor a key that is like none of ours (test/gateway/config/readConfig.test.ts).
 */
export function saidByFile(file: string): SaidByFile {
  try {
    return read(textOf(file), file);
  } catch (error) {
    throw error instanceof PolicyError ? new ConfigError(error.message) : error;
  }
}

function read(text: string, file: string): SaidByFile {
  const { data: raw, problemAt } = readYaml(text, file, z.unknown());
  const lineOf = (path: Path): string => `${file}:${String(problemAt(path, '').line)}`;
  // A file in which everything is commented out.
  if (raw === null) return { data: {}, lineOf };
  readYaml(text, file, fileSchema, 'known-keys');
  const data = sections.parse(raw);
  for (const { section, key, setting } of SETTINGS) {
    const values = data[section];
    const value = values?.[key];
    if (values === undefined || value === undefined || value === null) continue;
    if (setting.names === 'file' && typeof value === 'string') values[key] = from(file, value);
    if (setting.secret !== undefined && typeof value === 'object' && 'file' in value) {
      values[key] = secretOf(`${lineOf([section, key])}: ${section}.${key}`, from(file, String(value.file)));
    }
  }
  const checked = configSchema.safeParse(data, { reportInput: true });
  if (!checked.success) {
    throw new PolicyError(
      checked.error.issues
        .flatMap((issue) => explainIssue(configSchema, issue, 'known-keys'))
        .map(({ path, message, part }) => problemAt(path, message, part)),
    );
  }
  return { data, lineOf };
}

/** What was checked to be sections. */
const sections = z.record(z.string(), z.record(z.string(), z.unknown()));

function from(file: string, name: string): string {
  return resolve(dirname(file), name);
}

function textOf(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ConfigError(`${file}: expected a sudare.yaml in UTF-8 that can be read${code}.`);
  }
}
