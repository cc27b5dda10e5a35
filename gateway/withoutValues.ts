/**
 * What graphql-js and Apollo Server say about documents and variables, with the places of what they quote: names
 * stay, values do not. A message that is none of these says nothing in particular, so that one of a later version
 * quotes nothing either until it is added here.
 */
const SYNTAX = [
  'Syntax Error: Expected {token}, found {token}.',
  'Syntax Error: Expected {name}, found {token}.',
  'Syntax Error: Unexpected {token}.',
  'Syntax Error: Unexpected variable {name} in constant value.',
  'Syntax Error: {token} is reserved and cannot be used for an enum value.',
  'Syntax Error: Unterminated string.',
  'Syntax Error: Unexpected single quote character (\'), did you mean to use a double quote (")?',
  'Syntax Error: Unexpected character: {value}.',
  'Syntax Error: Invalid character: {value}.',
  'Syntax Error: Invalid character within String: {value}.',
  'Syntax Error: Invalid character escape sequence: {value}.',
  'Syntax Error: Invalid Unicode escape sequence: {value}.',
  'Syntax Error: Invalid number, unexpected digit after 0: {value}.',
  'Syntax Error: Invalid number, expected digit but got: {value}.',
];

const VALIDATION = [
  'The {name} definition is not executable.',
  'The schema definition is not executable.',
  'There can be only one operation named {name}.',
  'This anonymous operation must be the only defined operation.',
  'Subscription {name} must select only one top level field.',
  'Anonymous Subscription must select only one top level field.',
  'Subscription {name} must not select an introspection top level field.',
  'Anonymous Subscription must not select an introspection top level field.',
  'Unknown type {name}.',
  'Fragment cannot condition on non composite type {name}.',
  'Fragment {name} cannot condition on non composite type {name}.',
  'Variable {name} cannot be non-input type {name}.',
  'Field {name} must not have a selection since type {name} has no subfields.',
  'Field {name} of type {name} must have a selection of subfields.',
  'Field {name} of type {name} must have at least one field selected.',
  'Cannot query field {name} on type {name}.',
  'There can be only one fragment named {name}.',
  'Unknown fragment {name}.',
  'Fragment {name} is never used.',
  'Fragment cannot be spread here as objects of type {name} can never be of type {name}.',
  'Fragment {name} cannot be spread here as objects of type {name} can never be of type {name}.',
  'Cannot spread fragment {name} within itself.',
  'Cannot spread fragment {name} within itself via {names}.',
  'There can be only one variable named {name}.',
  'Variable {name} is not defined.',
  'Variable {name} is not defined by operation {name}.',
  'Variable {name} is never used.',
  'Variable {name} is never used in operation {name}.',
  'Unknown directive {name}.',
  'Directive {name} may not be used on {location}.',
  'The directive {name} can only be used once at this location.',
  'Unknown argument {name} on field {name}.',
  'Unknown argument {name} on directive {name}.',
  'There can be only one argument named {name}.',
  'Field {name} argument {name} of type {name} is required, but it was not provided.',
  'Directive {name} argument {name} of type {name} is required, but it was not provided.',
  'Variable {name} of type {name} used in position expecting type {name}.',
  'Variable {name} is of type {name} but must be non-nullable to be used for OneOf Input Object {name}.',
  'Fields {name} conflict because {conflict}. Use different aliases on the fields to fetch both if this was intentional.',
  'There can be only one input field named {name}.',
  'Field {name} of required type {name} was not provided.',
  'Field {name} is not defined by type {name}.',
  'OneOf Input Object {name} must specify exactly one key.',
  'Field {name} must be non-null.',
  'Expected value of type {name}, found {value}',
  'Int cannot represent non-integer value: {value}',
  'Int cannot represent non 32-bit signed integer value: {value}',
  'Float cannot represent non numeric value: {value}',
  'String cannot represent a non string value: {value}',
  'Boolean cannot represent a non boolean value: {value}',
  'ID cannot represent a non-string and non-integer value: {value}',
  'Enum {name} cannot represent non-enum value: {value}.',
  'Value "{value}" does not exist in {name} enum.',
  'Maximum introspection depth exceeded',
  'Too many validation errors, error limit reached. Validation aborted.',
  'Validation aborted.',
  'GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. To enable introspection, pass introspection: true to ApolloServer in production',
  'Operation {name} recursively requests too many selections.',
  'Anonymous operation recursively requests too many selections.',
];

const VARIABLES = [
  'Variable {name} of required type {name} was not provided.',
  'Variable {name} of non-null type {name} must not be null.',
  'Variable {name} got invalid value {value}',
  'Variable {name} has invalid value {value}',
];

/** `"f"`, `"T.f"`, `"[T!]!"`, `"$v"` or `"@d"`. */
const NAME = String.raw`"[@$]?\[*[_A-Za-z][\w.!\]]*"`;

/** What may stand at each place, and what of it a message keeps. */
const PLACES: Readonly<
  Record<string, { readonly pattern: string; readonly keep: (text: string) => string }>
> = {
  name: { pattern: NAME, keep: asItIs },
  names: { pattern: `${NAME}(?:, ${NAME})*`, keep: asItIs },
  location: { pattern: '[A-Z_]+', keep: asItIs },
  // Why two fields conflict; cut off with three dots where it is long.
  conflict: {
    pattern: `(?:(?:${NAME}|"\\w*\\.\\.\\."|subfields|conflict|conflicting|because|and|are|different|fields|they|have|differing|arguments|return|types) ?)+(?:"?[\\w[]*\\.\\.\\.)?`,
    keep: asItIs,
  },
  // The kind alone: a token's text may be a value, or a part of one that was not quoted.
  token: {
    pattern: String.raw`(?:(?:Name|Int|Float|String|BlockString|Comment)(?: "[^]*")?|<EOF>|"[!$&()\[\]{}:=|@.]+")`,
    keep: (text) => text.replace(/^(\w+) "[^]*$/u, '$1'),
  },
  value: { pattern: '[^]*', keep: () => '…' },
};

interface Template {
  readonly pattern: RegExp;
  readonly rebuild: (found: readonly string[]) => string;
}

/** By error code; `otherwise` stands for what is none of the messages, `null` keeps what it is. */
const BY_CODE: ReadonlyMap<
  unknown,
  { readonly templates: readonly Template[]; readonly otherwise: string | null }
> = new Map([
  ['GRAPHQL_PARSE_FAILED', { templates: SYNTAX.map(compile), otherwise: 'Syntax Error.' }],
  [
    'GRAPHQL_VALIDATION_FAILED',
    { templates: VALIDATION.map(compile), otherwise: 'The operation does not fit the schema.' },
  ],
  // Others with this code are Sudare's own, and quote nothing.
  ['BAD_USER_INPUT', { templates: VARIABLES.map(compile), otherwise: null }],
]);

/**
 * Rebuilds a message of graphql-js about a request, by its code, so that it keeps names of types, fields,
 * arguments, variables, directives and fragments.
 *
 * INVARIANT: no text of a value is in it (test/gateway/withoutValues.test.ts), since clients log errors and values
 * may be personal.
 */
export function withoutValues(message: string, code: unknown): string {
  const known = BY_CODE.get(code);
  if (known === undefined) return message;
  for (const { pattern, rebuild } of known.templates) {
    const found = pattern.exec(message);
    if (found !== null) return rebuild(found.slice(1));
  }
  return known.otherwise ?? message;
}

function compile(template: string): Template {
  // Texts and places take turns.
  const parts = template.split(/\{(\w+)\}/u);
  const pattern = parts.map((part, at) => (at % 2 === 0 ? escaped(part) : `(${placeOf(part).pattern})`));
  return {
    pattern: new RegExp(`^${pattern.join('')}$`, 'u'),
    rebuild: (found) =>
      parts.map((part, at) => (at % 2 === 0 ? part : placeOf(part).keep(found[(at - 1) / 2] ?? ''))).join(''),
  };
}

function placeOf(name: string): (typeof PLACES)[string] {
  const place = PLACES[name];
  if (place === undefined) throw new TypeError(`Expected one of ${Object.keys(PLACES).join(', ')}.`);
  return place;
}

function escaped(text: string): string {
  return text.replaceAll(/[\^$\\.*+?()[\]{}|/]/gu, String.raw`\$&`);
}

function asItIs(text: string): string {
  return text;
}
