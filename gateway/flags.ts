import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { closest } from '../policies/closest.ts';

/** A command line or environment that cannot be served. The message says what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One flag of a command. */
export interface Flag {
  readonly flag: string;
  /** What its value is called in the help text; `null` for a switch. */
  readonly value: string | null;
  readonly help: string;
  /** Whether it may be given several times. */
  readonly repeats?: true;
}

/** The flags of one command line. */
export interface Flags {
  /** Whether a flag stands there. */
  readonly has: (flag: string) => boolean;
  /** @throws ConfigError where the value is empty. */
  readonly text: (flag: string) => string | null;
  /** @throws ConfigError where it is missing; `what` says what was expected. */
  readonly required: (flag: string, what: string) => string;
  /** Every value of a flag that repeats. */
  readonly all: (flag: string) => readonly string[];
}

/** Reads a command's flags. @throws ConfigError for one that the command does not have, or without its value. */
export function readFlags(known: readonly Flag[], args: readonly string[]): Flags {
  return flagsOf(parse(known, args, 'none').values);
}

/** Reads a command's flags, and the files that stand among them. @throws ConfigError, as `readFlags` does. */
export function readFlagsAndFiles(
  known: readonly Flag[],
  args: readonly string[],
): { readonly flags: Flags; readonly files: readonly string[] } {
  const { values, positionals } = parse(known, args, 'files');
  return { flags: flagsOf(values), files: positionals };
}

type Values = ReadonlyMap<string, readonly (string | boolean)[]>;

function flagsOf(values: Values): Flags {
  const text = (flag: string): string | null => {
    const value = values.get(flag)?.[0];
    // An unset shell variable: what was meant as a restriction must not count as none.
    if (value === '') throw new ConfigError(`--${flag} is empty; expected a value, or leave the flag out.`);
    return typeof value === 'string' ? value : null;
  };
  return {
    has: (flag) => values.has(flag),
    text,
    required(flag, what) {
      const value = text(flag);
      if (value === null) throw new ConfigError(`--${flag} is missing; expected ${what}.`);
      return value;
    },
    all: (flag) => (values.get(flag) ?? []).map(String),
  };
}

/** The flags as a help text lists them. */
export function flagsHelp(flags: readonly Flag[]): string {
  return flags
    .map(({ flag, value, help }) => `  ${`--${flag}${value === null ? '' : ` ${value}`}`.padEnd(25)} ${help}`)
    .join('\n');
}

function parse(
  known: readonly Flag[],
  args: readonly string[],
  others: 'none' | 'files',
): { readonly values: Values; readonly positionals: readonly string[] } {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    known.map(({ flag, value, repeats = false }) => [
      flag,
      { type: value === null ? 'boolean' : 'string', multiple: repeats } as const,
    ]),
  );
  try {
    const allowPositionals = others === 'files';
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    const given = Object.entries(values).map(
      ([flag, value]) => [flag, Array.isArray(value) ? value : [value ?? true]] as const,
    );
    return { values: new Map(given), positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    const [, unknown = ''] = /^Unknown option '--([^']*)'/.exec(message ?? '') ?? [];
    const names = known.map(({ flag }) => flag);
    const meant = unknown === '' ? null : closest(unknown, names);
    const hint = meant === null ? '' : ` Perhaps --${meant}.`;
    throw new ConfigError(`${message}.${hint} Flags: ${names.map((name) => `--${name}`).join(' ')}`);
  }
}
