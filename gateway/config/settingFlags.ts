import { z } from 'zod';
import type { Flag, Flags } from '../flags.ts';
import { SECTIONS } from './sections.ts';
import { withoutDefault, type Section, type Setting } from './setting.ts';

/** One setting with its place in the file. */
export interface PlacedSetting {
  readonly section: string;
  readonly key: string;
  readonly setting: Setting;
  /** `null`: no single text can give it. */
  readonly environment: string | null;
}

/** What one flag or environment variable says, as the file would say it. */
export interface Said {
  /** In messages and in `sudare config print`: `--port` or `SUDARE_SERVER_PORT`. */
  readonly by: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** All settings, in the order of the sections. */
export const SETTINGS: readonly PlacedSetting[] = Object.freeze(
  Object.entries<Section>(SECTIONS).flatMap(([name, { settings }]) =>
    Object.entries(settings).map(([key, setting]) => ({
      section: name,
      key,
      setting,
      environment: setting.environment ?? environmentOf(name, key, setting),
    })),
  ),
);

/** Flags of sections that make no sense where subgraphs are composed on a developer's machine. */
const NOT_IN_DEVELOPMENT = ['supergraph', 'policy', 'tokens'];

/** The flags of all settings, in the order of the help text. */
export const SETTING_FLAGS: readonly Flag[] = Object.freeze(flagsOf(Object.keys(SECTIONS)));

/** Those of them that `sudare dev` has too, where the policy is among what is composed. */
export const DEVELOPMENT_FLAGS: readonly Flag[] = Object.freeze(
  flagsOf(Object.keys(SECTIONS).filter((name) => !NOT_IN_DEVELOPMENT.includes(name))),
);

/** What a command line says of settings, in the order of the help text. @throws ConfigError */
export function saidByFlags({ has, text, all }: Flags): readonly Said[] {
  const texts = (flag: string, repeats: boolean): readonly string[] =>
    repeats ? all(flag) : [text(flag) ?? ''];
  const said: Said[] = [];
  for (const { section, key, setting } of SETTINGS) {
    const { flag, schema } = setting;
    if (flag === undefined || !has(flag.name)) continue;
    const given = texts(flag.name, flag.repeats === true);
    const value = flag.value === null || (flag.read ?? ((one) => ofText(schema, one[0] ?? '')))(given);
    said.push({ by: `--${flag.name}`, data: { [section]: { [key]: value } } });
  }
  for (const [section, { flags }] of Object.entries<Section>(SECTIONS)) {
    for (const { name, repeats, read } of flags) {
      if (!has(name)) continue;
      said.push({ by: `--${name}`, data: { [section]: read(texts(name, repeats === true)) } });
    }
  }
  return said;
}

/** What a text says where a setting of some kind is expected; what is no number stays text, which its schema refuses. */
export function ofText(schema: z.ZodType, text: string): unknown {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodNumber) return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
  if (inner instanceof z.ZodBoolean) return { true: true, false: false }[text] ?? text;
  if (inner instanceof z.ZodArray) return text.split(',').map((one) => one.trim());
  return text;
}

function flagsOf(names: readonly string[]): readonly Flag[] {
  return Object.entries<Section>(SECTIONS)
    .filter(([name]) => names.includes(name))
    .flatMap(([, { settings, flags }]) => [
      ...Object.values(settings).flatMap(({ schema, help, flag }) => {
        if (flag === undefined) return [];
        const { name, value, repeats } = flag;
        const more = repeats === true ? '; may be repeated' : defaultOf(schema);
        return [{ flag: name, value, help: `${help}${more}`, ...(repeats === true ? { repeats } : {}) }];
      }),
      ...flags.map(({ name, value, help, repeats }) => ({
        flag: name,
        value,
        help,
        ...(repeats === true ? { repeats } : {}),
      })),
    ]);
}

function defaultOf(schema: z.ZodType): string {
  const value = schema instanceof z.ZodDefault ? schema.def.defaultValue : null;
  return typeof value === 'string' || typeof value === 'number' ? ` (${String(value)})` : '';
}

function environmentOf(section: string, key: string, { schema }: Setting): string | null {
  const inner = withoutDefault(schema);
  const needsMore =
    inner instanceof z.ZodRecord ||
    inner instanceof z.ZodObject ||
    (inner instanceof z.ZodArray && !(inner.element instanceof z.ZodString));
  return needsMore ? null : `SUDARE_${upper(section)}_${upper(key)}`;
}

function upper(camel: string): string {
  return camel.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
