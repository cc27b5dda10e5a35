import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Flags } from '../flags.ts';
import { explainIssue } from '../../policies/explainIssue.ts';
import { configSchema } from './configSchema.ts';
import { flagsInFile } from './flagsInFile.ts';
import { mergeSaid, type Merged } from './mergeSaid.ts';
import { saidByEnvironment } from './saidByEnvironment.ts';
import { saidByFile } from './saidByFile.ts';
import { SECTIONS, type Config } from './sections.ts';
import { saidByFlags, type Said } from './settingFlags.ts';
import type { Section } from './setting.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings are looked for. */
export interface ConfigSources {
  readonly flags: Flags;
  readonly environment: Environment;
  /** The value of `--config`; without it `SUDARE_CONFIG`, then `sudare.yaml` in the folder, if there is one. */
  readonly file: string | null;
  /** Default: the working directory. */
  readonly folder?: string;
}

/** Settings, and where each came from. */
export interface ReadConfig {
  readonly config: Config;
  /** The `sudare.yaml`, if there was one. */
  readonly file: string | null;
  /** What said the value at a path such as `['server', 'port']`: a flag, a variable or a line; `null`: the default. */
  readonly originOf: Merged['originOf'];
}

/**
 * Reads all settings. A flag counts most, then the environment, then the file, then the default; mappings are merged key
 * by key, lists are replaced.
 *
 * @throws ConfigError that says where something wrong was said, and what was expected there.
 */
export function readConfig({ flags, environment, file, folder = '.' }: ConfigSources): ReadConfig {
  const byFlags = saidByFlags(flags).map(checked);
  const byEnvironment = saidByEnvironment(environment).map(checked);
  const found = file ?? (environment['SUDARE_CONFIG'] || null) ?? usual(folder);
  const inFile = found === null ? null : saidByFile(found);
  const { data, originOf } = mergeSaid([
    ...(inFile === null ? [] : [{ data: inFile.data, by: inFile.lineOf }]),
    ...byEnvironment.map(({ by, data: said }) => ({ data: said, by: () => by })),
    ...byFlags.map(({ by, data: said }) => ({ data: said, by: () => by })),
  ]);
  const config = configSchema.parse(data);
  for (const [name, section] of Object.entries<Section>(SECTIONS)) {
    const values = Object.entries(config).find(([key]) => key === name)?.[1] ?? {};
    const problem = section.check(values, (key) => originOf([name, key]) !== null);
    if (problem !== null) throw new ConfigError(flagsInFile(problem, found));
  }
  return { config, file: found, originOf };
}

function usual(folder: string): string | null {
  const file = join(folder, 'sudare.yaml');
  return existsSync(file) ? file : null;
}

/** @throws ConfigError for what its schema refuses; it names the flag or variable and quotes no value. */
function checked(said: Said): Said {
  const parsed = configSchema.safeParse(said.data, { reportInput: true });
  if (parsed.success) return said;
  const [message = 'expected another value'] = parsed.error.issues.map((issue) =>
    issue.code === 'custom' || issue.message.startsWith('expected')
      ? issue.message
      : (explainIssue(configSchema, issue, 'known-keys')[0]?.message ?? issue.message),
  );
  throw new ConfigError(`${said.by}${message.startsWith('"') ? ' ' : ': '}${message}.`);
}
