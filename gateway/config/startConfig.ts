import { ConfigError, flagsHelp, readFlags, type Flag, type Flags } from '../flags.ts';
import { checkTogether } from './checkTogether.ts';
import { flagsInFile } from './flagsInFile.ts';
import { readConfig, type ConfigSources, type ReadConfig } from './readConfig.ts';
import type { Config } from './sections.ts';
import type { ServingConfig } from './servingConfig.ts';
import { SETTING_FLAGS, SETTINGS } from './settingFlags.ts';

/** What `sudare start` was told. */
export interface StartConfig extends ServingConfig {
  readonly supergraph: Config['supergraph'] & { readonly file: string };
}

/** The flag that names the file of settings. */
export const CONFIG_FLAG: Flag = Object.freeze({
  flag: 'config',
  value: 'FILE',
  help: 'all settings as YAML; ./sudare.yaml is read without it, if there is one',
});

/** Flags of `sudare start`, in the order of the help text. Development is asked for here alone, never by a file. */
export const START_FLAGS: readonly Flag[] = Object.freeze([
  ...SETTING_FLAGS,
  { flag: 'dev', value: null, help: 'believe x-client-id and tell true reasons; loopback only' },
  CONFIG_FLAG,
]);

/** The environment as a help text lists it: secrets, and where the others are told of. */
export const ENVIRONMENT_HELP = `Environment (base64, 32 bytes or more, e.g. from "openssl rand -base64 32"; NAME_FILE names a file that holds it):
${SETTINGS.filter(({ setting }) => setting.secret === 'whole')
  .map(({ environment, setting }) => `  ${String(environment).padEnd(25)} ${setting.help}`)
  .join('\n')}

Every setting may also stand in sudare.yaml or in the environment: docs/configuration.md lists them. A flag counts most,
then the environment, then the file.
`;

/** The help text. */
export const USAGE = `sudare start --supergraph FILE --policy FILE [options]

${flagsHelp(START_FLAGS)}

${ENVIRONMENT_HELP}`;

/** Reads flags, environment and file of `sudare start`. @throws ConfigError */
export function readStartConfig(
  args: readonly string[],
  environment: ConfigSources['environment'],
  folder = '.',
): StartConfig {
  const flags = readFlags(START_FLAGS, args);
  const read = readConfig({ flags, environment, file: flags.text('config'), folder });
  const { supergraph } = read.config;
  const file = required(
    'supergraph',
    supergraph.file,
    'a file with the SDL of a composed supergraph',
    read.file,
  );
  const mode = flags.has('dev') ? 'dev' : 'production';
  return { ...servingConfig(read, environment, mode), supergraph: { ...supergraph, file } };
}

/**
 * Reads settings for `sudare dev`, whose `--config` is another file: it takes `SUDARE_CONFIG`, or ./sudare.yaml. What is
 * composed there was checked there: nothing unstamped is served in development either.
 *
 * @throws ConfigError
 */
export function readDevelopmentConfig(
  flags: Flags,
  environment: ConfigSources['environment'],
  folder = '.',
): ServingConfig {
  const config = servingConfig(readConfig({ flags, environment, file: null, folder }), environment, 'dev');
  return { ...config, supergraph: { ...config.supergraph, unverified: false } };
}

function servingConfig(
  { config, file: settingsFile }: ReadConfig,
  environment: ConfigSources['environment'],
  mode: ServingConfig['mode'],
): ServingConfig {
  const file = required('policy', config.policy.file, 'a policy.yaml', settingsFile);
  const serving = { ...config, policy: { ...config.policy, file }, mode, environment, settingsFile };
  try {
    checkTogether(serving);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(flagsInFile(error.message, settingsFile)) : error;
  }
  return serving;
}

/** The value of a setting that a command needs; `file` is the `sudare.yaml`, if there was one. @throws ConfigError */
export function required(flag: string, value: string | null, what: string, file: string | null): string {
  if (value !== null) return value;
  throw new ConfigError(flagsInFile(`--${flag} is missing; expected ${what}.`, file));
}
