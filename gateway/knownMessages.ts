/** The messages that may be told with one error code, and what stands for all others. */
export interface KnownMessages {
  /** With places: `{name}` and others of `withoutValues`. */
  readonly templates: readonly string[];
  readonly otherwise: string;
}

/** Of Apollo Server; it names a setting of its own. */
const NO_INTROSPECTION =
  'GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. To enable introspection, pass introspection: true to ApolloServer in production';
const NOT_OFFERED =
  'Introspection is not offered here: sudare does with --dev alone, and an Apollo Server of your own with introspection: true.';

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
  NO_INTROSPECTION,
  NOT_OFFERED,
  'Operation {name} recursively requests too many selections.',
  'Anonymous operation recursively requests too many selections.',
];

/** Of graphql-js about variables, and of Sudare's own `badUserInput`. */
const VALUES = [
  'Variable {name} of required type {name} was not provided.',
  'Variable {name} of non-null type {name} must not be null.',
  'Variable {name} got invalid value {value}',
  'Variable {name} has invalid value {value}',
  'Variable {name} does not have the type that the operation declares for it.',
  'Variable {name} is a condition of @skip or @include and may not be null.',
  'The arguments of {name} do not have the types that the schema says.',
  'extensions.privacy.justification is text of up to 1000 characters.',
];

/** Of Apollo Server about what is no GraphQL request. */
const REQUESTS = [
  'POST body missing, invalid Content-Type, or JSON object has no keys.',
  'GraphQL queries must be strings.',
  "GraphQL queries must be strings. It looks like you're sending the internal graphql-js representation of a parsed query in your request instead of a request in the GraphQL query language. You can convert an AST to a string using the `print` function from `graphql`, or use a client like `apollo-client` which converts the internal representation to a string for you.",
  '`{parameter}` in a POST body should be provided as an object, not a recursively JSON-encoded string.',
  '`{parameter}` in a POST body must be an object if provided.',
  '`operationName` in a POST body must be a string if provided.',
  "The '{parameter}' search parameter may only be specified once.",
  'The {parameter} search parameter contains invalid JSON.',
  'The {parameter} search parameter should contain a JSON-encoded object.',
  'GET requests may not have a content-type header other than application/json.',
  'GET requests only support query operations, not {operation} operations',
  'Apollo Server supports only GET/POST requests.',
  'GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.',
  "An 'accept' header was provided for this request which does not accept application/json; charset=utf-8 or application/graphql-response+json; charset=utf-8",
  'No operations found in request.',
  'Operation batching disabled.',
  "This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify a 'content-type' header (with a type that is not one of application/x-www-form-urlencoded, multipart/form-data, text/plain) or provide a non-empty value for one of the following headers: {headers}\n",
];

/** Said where the gateway itself failed. */
export const FAILED = 'The gateway failed; nothing was shown.';

/** Said where a document holds several operations and the request names none of them. */
export const NOT_CHOSEN =
  'No operation was chosen: expected "operationName" to name one of the document, or a document with just one.';

const entry = (templates: readonly string[], otherwise: string): KnownMessages => ({ templates, otherwise });

/**
 * What graphql-js and Apollo Server say with each of their codes, with the places of what they quote: names stay,
 * values do not. A message that is none of these says nothing in particular, so that one of a later version quotes
 * nothing either until it is added here.
 */
export const KNOWN_MESSAGES: ReadonlyMap<string, KnownMessages> = new Map([
  ['GRAPHQL_PARSE_FAILED', entry(SYNTAX, 'Syntax Error.')],
  ['GRAPHQL_VALIDATION_FAILED', entry(VALIDATION, 'The operation does not fit the schema.')],
  ['BAD_USER_INPUT', entry(VALUES, 'A value does not have the type that is expected there.')],
  ['BAD_REQUEST', entry(REQUESTS, 'The HTTP request is not a GraphQL request.')],
  ['OPERATION_RESOLUTION_FAILURE', entry([], NOT_CHOSEN)],
  ['PERSISTED_QUERY_NOT_FOUND', entry([], 'PersistedQueryNotFound')],
  ['PERSISTED_QUERY_NOT_SUPPORTED', entry([], 'PersistedQueryNotSupported')],
  [
    'INTERNAL_SERVER_ERROR',
    entry(['Unsupported persisted query version', 'provided sha does not match query'], FAILED),
  ],
]);

/** What is told in place of a known message that would mislead; known itself, since some errors are rebuilt twice. */
export const REWORDED: ReadonlyMap<string, string> = new Map([[NO_INTROSPECTION, NOT_OFFERED]]);

/** What graphql-js says while it executes: for the log, where a subgraph says it of itself. */
export const EXECUTION_MESSAGES: readonly string[] = [
  'Cannot return null for non-nullable field {coordinate}.',
  'Expected Iterable, but did not find one for field "{coordinate}".',
  'Enum {name} cannot represent value: {value}',
  'String cannot represent value: {value}',
  'ID cannot represent value: {value}',
  'Boolean cannot represent a non boolean value: {value}',
  'Int cannot represent non-integer value: {value}',
  'Int cannot represent non 32-bit signed integer value: {value}',
  'Float cannot represent non numeric value: {value}',
  'Variable {name} got invalid value {value}',
  'Variable {name} of required type {name} was not provided.',
  'Variable {name} of non-null type {name} must not be null.',
  'Cannot query field {name} on type {name}.',
  'Unknown argument {name} on field {name}.',
  'Unknown type {name}.',
];
