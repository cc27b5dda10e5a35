import { z } from 'zod';
import { fileSchema } from './configSchema.ts';
import { SECTIONS } from './sections.ts';
import { SETTINGS, type PlacedSetting } from './settingFlags.ts';
import type { Section } from './setting.ts';

/** `docs/configuration.md`, generated from the sections. */
export function configDocs(): string {
  return `${[INTRODUCTION, ...Object.entries<Section>(SECTIONS).map(sectionDocs), COMMANDS].join('\n\n')}\n`;
}

/** The JSON Schema of `sudare.yaml`, as text. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify({ ...schema, title: 'sudare.yaml' }, null, 2)}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Generated: node gateway/config/writeReference.ts -->

\`sudare start\` is told what to do by flags, by environment variables and by a file, \`sudare.yaml\`. A flag counts most, then the environment, then the file, then the default. Mappings are merged key by key, and lists are replaced.

The file is the one that \`--config FILE\` names, else the one that \`SUDARE_CONFIG\` names, else \`sudare.yaml\` in the working directory, if there is one. \`sudare dev\`, whose \`--config\` is Rover's file, takes the other two. Names of files in it start from its own folder. A key that is not known is an error, with the nearest one that is.

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/sudare/dist/gateway/config/sudare.schema.json
supergraph:
  file: supergraph.graphql
policy:
  file: policy.yaml
consent:
  url: http://consent:4007/graphql
redis:
  url: { file: /run/secrets/redis_url }
server:
  host: 0.0.0.0
subgraphs:
  timeoutMs: 5000
  byName:
    accounts: { url: 'http://accounts:4001/graphql', timeoutMs: 2000 }
tokens:
  keyFile: jwks.json
  issuer: https://login.example
  audience: sudare
keys:
  caller: { file: /run/secrets/caller_key }
  cache: { file: /run/secrets/cache_key }
\`\`\`

Secrets do not stand in the file or among the flags. A secret comes from its environment variable, from the file that the variable's name with \`_FILE\` behind it names, or from the file that \`sudare.yaml\` names, as above. URLs in which a password may stand can be given in the same ways. A variable that is empty says nothing. One whose name begins with \`SUDARE_\` and is nearly that of a setting is an error. Kubernetes puts variables of its own into pods for services that are called \`sudare-…\`, such as \`SUDARE_SERVER_PORT\` for \`sudare-server\`: call services otherwise, or set \`enableServiceLinks: false\`.

\`--dev\` is a flag alone: no file that may reach production can switch it on. A setting counts from the next start on, unless it says that its file is followed.`;

const COMMANDS = `## Looking at it

- \`sudare config print\`, with the flags of \`sudare start\`: the values that count, and where each came from. Secrets are hidden, also those in URLs.
- \`sudare config schema\`: the JSON Schema of \`sudare.yaml\`, for editors. It is shipped as \`gateway/config/sudare.schema.json\`.`;

function sectionDocs([name, { help, flags }]: readonly [string, Section]): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' });
  const own = propertiesOf(schema)[name] ?? {};
  const settings = SETTINGS.filter(({ section }) => section === name).flatMap((placed) => {
    const property = propertiesOf(own)[placed.key] ?? {};
    return [settingDocs(placed, property), ...nestedDocs(`${name}.${placed.key}`, property)];
  });
  const more = flags.map(
    ({ name: flag, value, help: meaning }) => `- \`--${flag} ${value}\` alone: ${meaning}`,
  );
  return [`## ${name}\n\n${help}`, [...settings, ...more].join('\n')].join('\n\n');
}

function settingDocs({ section, key, setting, environment }: PlacedSetting, property: Property): string {
  const { flag, secret, change, help } = setting;
  const said = [
    defaultOf(property),
    flag === undefined ? null : `\`--${flag.name}${flag.value === null ? '' : ` ${flag.value}`}\``,
    environment === null ? null : `\`${environment}\``,
    secret === undefined ? null : 'secret',
    change === 'followed' ? 'the file is followed' : null,
  ].filter((part) => part !== null);
  return `- \`${section}.${key}\`${said.length === 0 ? '' : ` (${said.join('; ')})`}: ${help}`;
}

/** What may stand beneath a setting, such as one subgraph's time-out. */
function nestedDocs(path: string, property: Property): readonly string[] {
  const inner = [property, ...(property.anyOf ?? [])];
  return inner.flatMap((each) => {
    if (typeof each.additionalProperties === 'object') {
      return nestedDocs(`${path}.NAME`, each.additionalProperties);
    }
    if (each.items !== undefined) return nestedDocs(`${path}[]`, each.items);
    if (isSecretFile(each)) return [];
    return Object.entries(propertiesOf(each)).flatMap(([key, one]) => [
      `  - \`${path}.${key}\`${one.description === undefined ? '' : `: ${one.description}`}`,
      ...nestedDocs(`${path}.${key}`, one),
    ]);
  });
}

function isSecretFile(property: Property): boolean {
  return propertiesOf(property)['file']?.description === 'the file that holds it';
}

/** The parts of a JSON Schema that are told of. */
interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Property | boolean;
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
}

function propertiesOf(schema: object): Readonly<Record<string, Property>> {
  return 'properties' in schema && isProperties(schema.properties) ? schema.properties : {};
}

/** What `z.toJSONSchema` writes under `properties`. */
function isProperties(value: unknown): value is Readonly<Record<string, Property>> {
  return typeof value === 'object' && value !== null;
}

function defaultOf({ default: value }: Property): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return Object.keys(value).length === 0 ? null : JSON.stringify(value);
  return `default \`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
