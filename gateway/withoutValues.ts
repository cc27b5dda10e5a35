import { EXECUTION_MESSAGES, FAILED, KNOWN_MESSAGES, REWORDED } from './knownMessages.ts';

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
  coordinate: { pattern: String.raw`[_A-Za-z]\w*\.[_A-Za-z]\w*`, keep: asItIs },
  parameter: { pattern: 'query|operationName|variables|extensions', keep: asItIs },
  operation: { pattern: 'mutation|subscription', keep: asItIs },
  headers: { pattern: String.raw`[\w-]+(?:, [\w-]+)*`, keep: asItIs },
  value: { pattern: '[^]*', keep: () => '…' },
};

interface Template {
  readonly pattern: RegExp;
  readonly rebuild: (found: readonly string[]) => string;
}

const BY_CODE: ReadonlyMap<unknown, { readonly templates: readonly Template[]; readonly otherwise: string }> =
  new Map(
    [...KNOWN_MESSAGES].map(([code, { templates, otherwise }]) => [
      code,
      { templates: templates.map(compile), otherwise },
    ]),
  );

const EXECUTION = EXECUTION_MESSAGES.map(compile);

/** Suggestions of graphql-js, which would name fields that a caller was not told of. */
const SUGGESTION = / Did you mean .*$/su;

/**
 * Rebuilds a message of graphql-js or Apollo Server about a request, by its code, so that it keeps names of types,
 * fields, arguments, variables, directives and fragments.
 *
 * INVARIANT: no text of a value is in it (test/gateway/withoutValues.test.ts), since clients log errors and values
 * may be personal.
 */
export function withoutValues(message: string, code: unknown): string {
  const known = BY_CODE.get(code);
  if (known === undefined) return FAILED;
  const told = rebuilt(message.replace(SUGGESTION, ''), known.templates) ?? known.otherwise;
  return REWORDED.get(told) ?? told;
}

/** A message of graphql-js about executing, for the log; `undefined` for any other, which may quote data. */
export function executionMessage(message: string): string | undefined {
  return rebuilt(message.replace(SUGGESTION, ''), EXECUTION);
}

function rebuilt(message: string, templates: readonly Template[]): string | undefined {
  for (const { pattern, rebuild } of templates) {
    const found = pattern.exec(message);
    if (found !== null) return rebuild(found.slice(1));
  }
  return undefined;
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
