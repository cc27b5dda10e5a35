import { getLocation, Kind, print, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import type { Explanation } from './explanation.ts';
import { fieldNotes, type Notes } from './fieldNotes.ts';

/**
 * An explanation as text: the operation as the client wrote it, which it remains, with what is said of each field
 * in comments.
 *
 * @param document the operation with the fragments that it spreads.
 */
export function explanationText(explanation: Explanation, document: DocumentNode): string {
  const lines = [...headerOf(explanation)];
  if (explanation.fields.length > 0) lines.push('', ...documentLines(explanation, document));
  return [...lines, '', ...fetchLines(explanation), ''].join('\n');
}

function headerOf(explanation: Explanation): readonly string[] {
  const { client, purpose, recipient, files, refusal, missingVariables } = explanation;
  return [
    `# client ${client}, ${purpose === null ? 'no purpose' : `purpose ${purpose}`}${recipient === null ? '' : `, recipient ${recipient}`}`,
    `# ${files.supergraph} under ${files.policy}`,
    ...(refusal === null
      ? []
      : [
          `# refused: ${refusal.code}${refusal.status === null ? '' : ` (HTTP ${refusal.status})`}`,
          `#   ${refusal.message}`,
        ]),
    ...(missingVariables.length === 0
      ? []
      : [`# no --variables: not known are ${missingVariables.map((name) => `$${name}`).join(', ')}`]),
  ];
}

function documentLines(explanation: Explanation, document: DocumentNode): readonly string[] {
  const notes = new Map(
    explanation.fields.map((field) => [
      `${field.line}:${field.column}`,
      fieldNotes(field, explanation.files),
    ]),
  );
  const written: Written[] = [];

  const writeSet = ({ selections }: SelectionSetNode, depth: number): void => {
    for (const selection of selections) {
      const said = selection.kind === Kind.FIELD ? notes.get(positionOf(selection)) : undefined;
      const { selectionSet, head } =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? { selectionSet: undefined, head: print(selection) }
          : { selectionSet: selection.selectionSet, head: print(headOf(selection)) };
      const isIntrospection = selection.kind === Kind.FIELD && selection.name.value.startsWith('__');
      if (selectionSet === undefined || isIntrospection) {
        written.push({ text: isIntrospection ? print(selection) : head, depth, notes: said });
        continue;
      }
      written.push({ text: `${head.trim()} {`, depth, notes: said });
      writeSet(selectionSet, depth + 1);
      written.push({ text: '}', depth, notes: undefined });
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      continue;
    if (written.length > 0) written.push({ text: '', depth: 0, notes: undefined });
    written.push({ text: `${print(headOf(definition)).trim()} {`.trimStart(), depth: 0, notes: undefined });
    writeSet(definition.selectionSet, 1);
    written.push({ text: '}', depth: 0, notes: undefined });
  }
  return written.flatMap(linesOf);
}

interface Written {
  readonly text: string;
  readonly depth: number;
  readonly notes: Notes | undefined;
}

/** Column of the notes, where a line is not longer. */
const COLUMN = 36;

function linesOf({ text, depth, notes }: Written): readonly string[] {
  const indent = '  '.repeat(depth);
  const lines = text === '' ? [''] : text.split('\n').map((line) => `${indent}${line}`);
  if (notes === undefined) return lines;
  const last = lines.pop() ?? '';
  return [
    ...lines,
    `${last.padEnd(COLUMN)} # ${notes.beside}`,
    ...notes.below.map((line) => `${indent}  # ${line}`),
  ];
}

/** What stands before the braces. */
function headOf<Node extends { readonly selectionSet?: SelectionSetNode | undefined }>(node: Node): Node {
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [] } };
}

function positionOf({ loc }: FieldNode): string {
  if (loc === undefined) return '';
  const { line, column } = getLocation(loc.source, loc.start);
  return `${line}:${column}`;
}

function fetchLines({ fetches }: Explanation): readonly string[] {
  if (fetches.length === 0) return ['# No subgraph is asked.'];
  return fetches.flatMap(({ subgraph, operation }) => [
    `# asks ${subgraph}`,
    ...operation.split('\n').map((line) => `#   ${line}`.trimEnd()),
  ]);
}
