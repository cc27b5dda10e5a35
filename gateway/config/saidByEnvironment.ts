import { readFileSync } from 'node:fs';
import { closest } from '../../policies/closest.ts';
import { ConfigError } from '../flags.ts';
import { ofText, SETTINGS, type Said } from './settingFlags.ts';

/**
 * What the environment says of settings. An empty variable says nothing. A secret may stand in a file that
 * `NAME_FILE` names, as Docker and Kubernetes give them.
 *
 * @throws ConfigError, which quotes no value.
 */
export function saidByEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Said[] {
  for (const name of Object.keys(environment)) checkKnown(name);
  return SETTINGS.flatMap(({ section, key, setting: { schema, secret }, environment: name }) => {
    if (name === null) return [];
    const file = secret === undefined ? '' : (environment[`${name}_FILE`] ?? '');
    const text = environment[name] ?? '';
    if (file !== '' && text !== '') {
      throw new ConfigError(`${name} and ${name}_FILE both say it; expected one of them.`);
    }
    if (file === '' && text === '') return [];
    const by = file === '' ? name : `${name}_FILE`;
    const value = file === '' ? text : secretOf(by, file);
    return [{ by, data: { [section]: { [key]: ofText(schema, value) } } }];
  });
}

/** What Kubernetes puts into the environment for a service whose name begins with "sudare". */
const OF_KUBERNETES = /_SERVICE_(HOST|PORT\w*)$|_PORT(_\d+_\w+)?$/;

/** @throws ConfigError for what is none of ours and looks like one: it was meant to set something, and would not. */
function checkKnown(name: string): void {
  const [, suffix = ''] = /^SUDARE_(.+)$/.exec(name) ?? [];
  if (suffix === '' || OF_KUBERNETES.test(name)) return;
  const known = SETTINGS.flatMap(({ environment, setting: { secret } }) => {
    if (environment === null) return [];
    return secret === undefined ? [environment] : [environment, `${environment}_FILE`];
  });
  if (name === 'SUDARE_CONFIG' || known.includes(name)) return;
  const meant = closest(
    suffix,
    known.map((each) => each.replace('SUDARE_', '')),
  );
  if (meant === null) return;
  throw new ConfigError(`${name} is not known; expected a known variable, perhaps SUDARE_${meant}.`);
}

/** The secret that a file holds, without the line's end that editors add. @throws ConfigError */
export function secretOf(by: string, file: string): string {
  const text = textOf(by, file).trim();
  if (text === '') throw new ConfigError(`${by} ${file}: expected a secret; the file is empty.`);
  return text;
}

function textOf(by: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ConfigError(`${by} ${file}: expected a file that can be read${code}.`);
  }
}
