import { z } from 'zod';
import { closest } from './closest.ts';

/** One sentence about what a schema does not accept, and whether it is about a key or its value. */
export interface Explained {
  readonly path: readonly PropertyKey[];
  readonly part: 'value' | 'key';
  readonly message: string;
}

/**
 * Which keys of a file are quoted. `known-keys`: of a file with secrets, in which one may stand where a key belongs:
 * those alone that the schema has, or that are so near to one that they were meant for it.
 */
export type Quoting = 'all-keys' | 'known-keys';

/** Puts what a schema found into words: what is wrong, what was expected, and the nearest known key for a wrong one. */
export function explainIssue(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  quoting: Quoting = 'all-keys',
): readonly Explained[] {
  const name = nameOf(issue.path, quoting === 'all-keys' ? null : schema);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, issue.path);
      return issue.keys.map((key) => {
        const meant = closest(key, known);
        const hint = meant === null ? `one of: ${known.join(', ')}` : `a known one, perhaps ${meant}`;
        const which = quoting === 'all-keys' || meant !== null ? `the key ${shown(key)}` : 'a key';
        return {
          path: [...issue.path, key],
          part: 'key',
          message: `${which} is not known here; expected ${hint}`,
        };
      });
    }
    case 'invalid_key':
      return [
        {
          path: issue.path,
          part: 'key',
          message: `${
            quoting === 'all-keys' ? `the key ${shown(String(issue.path.at(-1)))}` : 'a key'
          } is not well formed; ${issue.issues[0]?.message ?? 'expected another'}`,
        },
      ];
    case 'invalid_type':
      return [{ path: issue.path, part: 'value', message: wrongType(issue, name) }];
    case 'invalid_value': {
      const values = issue.values.map(String);
      const meant = typeof issue.input === 'string' ? closest(issue.input, values) : null;
      const hint = meant === null ? '' : ` (perhaps ${meant})`;
      return [
        {
          path: issue.path,
          part: 'value',
          message: `${name} is not one of the known values; expected ${values.join(', ')}${hint}`,
        },
      ];
    }
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
    case 'custom':
    default:
      return [
        {
          path: issue.path,
          part: 'value',
          message: `${name} cannot be used; ${issue.message}`,
        },
      ];
  }
}

function wrongType(issue: z.core.$ZodIssueInvalidType, name: string): string {
  const expected = issue.message.startsWith('expected')
    ? issue.message
    : `expected ${WORDS[issue.expected] ?? issue.expected}`;
  if (issue.input === undefined) return `${name} is missing; ${expected}`;
  return `${name} is ${kindOf(issue.input)}; ${expected}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

/** A path in words. `within`: the schema whose keys alone are told; `null`: all are. */
function nameOf(path: readonly PropertyKey[], within: z.ZodType | null): string {
  if (path.length === 0) return 'the file';
  const steps = path.map((step, depth) =>
    within === null ||
    typeof step === 'number' ||
    knownKeys(within, path.slice(0, depth)).includes(String(step))
      ? String(step)
      : '…',
  );
  return steps.join(' › ');
}

/** Policy keys are no personal data, but a file given by mistake may hold anything: no more than a key's length. */
function shown(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60)}…` : key;
}

/** The keys that a schema knows at a path. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const step of [...path, null]) {
    while (
      at instanceof z.ZodDefault ||
      at instanceof z.ZodPrefault ||
      at instanceof z.ZodNullable ||
      at instanceof z.ZodOptional
    )
      at = at.unwrap();
    if (step === null) break;
    if (at instanceof z.ZodObject) at = at.shape[String(step)];
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else if (at instanceof z.ZodArray) at = at.element;
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
