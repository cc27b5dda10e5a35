import { parseArgs } from 'node:util';

/** What a command line may have: flags with a value or without, and how many words besides. */
export interface FlagShapes {
  readonly withValue: readonly string[];
  readonly withoutValue: readonly string[];
  readonly mostWords: number;
}

export type ReadFlags =
  | {
      readonly kind: 'flags';
      readonly values: ReadonlyMap<string, string>;
      readonly words: readonly string[];
    }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Reads a command line; `values` has the flags given, those without a value as `''`. What it does not know, has
 * twice, or lacks a value is `wrong` with a message that says what was expected.
 */
export function readFlags(args: readonly string[], shapes: FlagShapes): ReadFlags {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(shapes.withValue.map((name) => [name, { type: 'string' as const }])),
      ...Object.fromEntries(shapes.withoutValue.map((name) => [name, { type: 'boolean' as const }])),
    },
  });
  const values = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      words.push(token.value);
      continue;
    }
    if (token.kind === 'option-terminator') continue;
    const takesValue = shapes.withValue.includes(token.name);
    if (!takesValue && !shapes.withoutValue.includes(token.name)) {
      return wrong(`Unknown flag ${token.rawName}. Known: ${known(shapes)}.`);
    }
    if (values.has(token.name)) return wrong(`${token.rawName} is given twice; give it once.`);
    if (takesValue && (token.value === undefined || token.value === '')) {
      return wrong(`${token.rawName} needs a value, for example ${token.rawName} ${example(token.name)}.`);
    }
    if (!takesValue && token.value !== undefined)
      return wrong(`${token.rawName} takes no value; leave it out.`);
    values.set(token.name, token.value ?? '');
  }
  const surplus = words[shapes.mostWords];
  if (surplus !== undefined) return wrong(`Unexpected "${surplus}". Known: ${known(shapes)}.`);
  return { kind: 'flags', values, words };
}

function wrong(message: string): ReadFlags {
  return { kind: 'wrong', message };
}

function known({ withValue, withoutValue }: FlagShapes): string {
  return [
    ...withValue.map((name) => `--${name} ${example(name)}`),
    ...withoutValue.map((name) => `--${name}`),
  ].join(', ');
}

function example(name: string): string {
  switch (name) {
    case 'port':
      return '4000';
    case 'host':
      return '127.0.0.1';
    default:
      return 'VALUE';
  }
}
