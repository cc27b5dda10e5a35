import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type { z } from 'zod';
import { PolicyError, type Problem } from './policyError.ts';
import { explainIssue, type Quoting } from './explainIssue.ts';
import { yamlFault } from './yamlFault.ts';

/** A place in a file's data: the keys and indices that lead to it. */
export type Path = readonly PropertyKey[];

/** A file's data, checked, with the places that its parts came from. */
export interface ReadYaml<Data> {
  readonly data: Data;
  /** Makes a problem of a message about the value at a path, or about its key. */
  readonly problemAt: (path: Path, message: string, at?: 'value' | 'key') => Problem;
}

/**
 * Reads YAML 1.2 and checks it against a schema. Throws `PolicyError` with every problem and its line: syntax,
 * duplicate or reserved keys, and whatever the schema does not accept. Nothing is told in the YAML library's own words,
 * which may quote values; `quoting` says which keys are quoted.
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
  quoting: Quoting = 'all-keys',
): ReadYaml<z.output<Schema>> {
  const lines = new LineCounter();
  // At the usual level the library tells the process of keys that it finds odd, and quotes them.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const faults = [...document.errors, ...document.warnings].map(({ pos, code }) =>
    at(pos[0], yamlFault(code)),
  );
  // One slip in YAML makes many faults; the first names it.
  if (faults.length > 0) throw new PolicyError(faults.slice(0, 1));
  const reserved = reservedKeys(document).map((node) =>
    at(startOf(node), 'the key __proto__ is reserved; choose another'),
  );
  if (reserved.length > 0) throw new PolicyError(reserved);

  const problemAt = (path: Path, message: string, part: 'value' | 'key' = 'value'): Problem =>
    at(offsetOf(document, path, part), message);
  const result = schema.safeParse(toData(document, at), { reportInput: true });
  if (result.success) return { data: result.data, problemAt };
  throw new PolicyError(
    result.error.issues
      .flatMap((issue) => explainIssue(schema, issue, quoting))
      .map(({ path, message, part }) => problemAt(path, message, part)),
  );
}

function toData(document: Document, problem: (offset: number, message: string) => Problem): unknown {
  try {
    return document.toJS();
  } catch {
    const alias = aliasOfNothing(document);
    throw new PolicyError([
      alias === null
        ? problem(0, `${yamlFault('RESOURCE_EXHAUSTION')}; expected fewer aliases, none of them circular`)
        : problem(startOf(alias), yamlFault('BAD_ALIAS')),
    ]);
  }
}

function aliasOfNothing(document: Document): Node | null {
  let found: Node | null = null;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

/** Keys that would reach an object's prototype, which no check after this one would see. */
function reservedKeys(document: Document): readonly Node[] {
  const found: Node[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__') found.push(key);
    },
  });
  return found;
}

/** Where a path's value starts, or the nearest thing around it that exists. */
function offsetOf(document: Document, path: Path, part: 'value' | 'key'): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, step] of path.entries()) {
    const here = isAlias(node) ? node.resolve(document) : node;
    if (isMap(here)) {
      const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      const wantsKey = part === 'key' && depth === path.length - 1;
      offset = startOf(wantsKey || startOf(pair.value) === 0 ? pair.key : pair.value);
      node = pair.value;
    } else if (isSeq(here) && typeof step === 'number' && here.items[step] !== undefined) {
      node = here.items[step];
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number {
  const hasRange = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return hasRange ? (node.range?.[0] ?? 0) : 0;
}
