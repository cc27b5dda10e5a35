import { z } from 'zod';
import { SECTIONS, type Config } from './sections.ts';
import type { Section, Setting } from './setting.ts';
import { fileName } from './settingSchemas.ts';

/** What the settings must be, wherever they were said. Secrets stand there themselves. */
export const configSchema = schemaOfConfig();

/** `{ file: … }` in place of a secret. */
const SECRET_FILE = z.strictObject(
  { file: fileName.describe('the file that holds it') },
  { error: 'expected `file`, which names a file that holds the secret' },
);

const TEXT_OR_SECRET_FILE = z.union([z.string(), SECRET_FILE], {
  error: 'expected text, or `file`, which names a file that holds it',
});

/** What `sudare.yaml` may hold: secrets stand in files that it names. */
export const fileSchema = z.strictObject(
  shapeOf(({ schema, secret }) => {
    if (secret === undefined) return schema;
    // Texts are checked with `configSchema`, once the secrets are in their place.
    return (secret === 'whole' ? SECRET_FILE : TEXT_OR_SECRET_FILE).nullable().default(null);
  }),
);

// The overload says what the sections' own schemas infer, which their names, read one by one, do not.
function schemaOfConfig(): z.ZodType<Config>;
function schemaOfConfig(): z.ZodType {
  return z.strictObject(shapeOf(({ schema }) => schema));
}

function shapeOf(schemaOf: (setting: Setting) => z.ZodType): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    Object.entries<Section>(SECTIONS).map(([name, { settings, help }]) => [
      name,
      z
        .strictObject(
          Object.fromEntries(
            Object.entries(settings).map(([key, setting]) => [key, schemaOf(setting).describe(setting.help)]),
          ),
        )
        .prefault({})
        .describe(help),
    ]),
  );
}
