import { z } from 'zod';

/** One setting of `sudare.yaml`, declared once: parsing, help text, reference page and JSON Schema come from it. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /** With its default. What it says of a wrong value begins with "expected" and quotes nothing. */
  readonly schema: Schema;
  /** What it is for: in the help text, in docs/configuration.md and in editors. */
  readonly help: string;
  /** What counts by its value, where that leaves something open, beside the values of its section; default: the value. */
  readonly counts?: (value: unknown, beside: Beside) => unknown;
  readonly flag?: SettingFlag;
  /**
   * Its environment variable; default `SUDARE_SECTION_KEY`. A setting that no single text can give, such as a mapping,
   * has none.
   */
  readonly environment?: string;
  /**
   * `whole`: never shown, and not to be written into the file, which names another file that holds it. `within`: a URL
   * that may have a password in it. Both may come from a file that the environment names, as `SUDARE_REDIS_URL_FILE`.
   */
  readonly secret?: 'whole' | 'within';
  /** Names a file. In `sudare.yaml` it is looked for from that file's folder on. */
  readonly names?: 'file';
  /** Whether a change counts without a restart, because the file that it names is followed. Default: it does not. */
  readonly change?: 'followed';
}

/** What else decides on what counts. */
export interface Beside {
  readonly section: Readonly<Record<string, unknown>>;
  readonly mode: 'dev' | 'production';
}

/** The flag of one setting. */
export interface SettingFlag {
  readonly name: string;
  /** What its value is called in the help text; `null` for a switch, which stands for `true`. */
  readonly value: string | null;
  readonly repeats?: true;
  /** Turns its values into what the file would say; default: as the schema's kind suggests. @throws ConfigError */
  readonly read?: (texts: readonly string[]) => unknown;
}

/** A flag that says a part of a section's settings, such as a time-out of one subgraph. */
export interface SectionFlag {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  readonly repeats?: true;
  /** What the file would say under the section. @throws ConfigError */
  readonly read: (texts: readonly string[]) => Readonly<Record<string, unknown>>;
}

type Settings = Readonly<Record<string, Setting>>;

/** What settings are once they are read. */
export type ValuesOf<Of extends Settings> = { readonly [Key in keyof Of]: z.output<Of[Key]['schema']> };

/** Settings that belong together: one key at the top of `sudare.yaml`. */
export interface Section<Of extends Settings = Settings> {
  readonly help: string;
  readonly settings: Of;
  readonly flags: readonly SectionFlag[];
  /** What is wrong with the values together, or `null`; `given` tells whether anybody said a setting. */
  check(values: ValuesOf<Of>, given: (key: keyof Of) => boolean): string | null;
}

/** Declares a section. */
export function section<const Of extends Settings>(
  of: Pick<Section<Of>, 'help' | 'settings'> & Partial<Pick<Section<Of>, 'flags' | 'check'>>,
): Section<Of> {
  return Object.freeze({ flags: [], check: () => null, ...of });
}

/** A setting that may be left out; it is then `null`. */
export function orNone<Schema extends z.ZodType>(schema: Schema): z.ZodDefault<z.ZodNullable<Schema>> {
  return schema.nullable().default(null);
}

/** A schema without what says that a value may be left out. */
export function withoutDefault(schema: z.ZodType): z.ZodType {
  let inner: z.core.$ZodType = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodOptional
  ) {
    inner = inner.unwrap();
  }
  return inner instanceof z.ZodType ? inner : schema;
}
