import { parseFieldSet, singlePath } from './fieldSet.ts';
import type { IndexedField, SupergraphIndex } from './supergraphIndex.ts';

/** A field set of `subject`, resolved against the type that it starts from. */
export type SubjectReading =
  | { readonly kind: 'path'; readonly path: readonly string[]; readonly paged: boolean }
  | { readonly kind: 'wrong'; readonly message: string };

/** Names of arguments that pick part of a list, without case and underscores. */
const PAGING = [
  'after',
  'before',
  'cursor',
  'first',
  'last',
  'limit',
  'offset',
  'page',
  'perpage',
  'skip',
  'take',
];

const ID_TYPES = ['ID', 'String', 'Int'];

/**
 * Reads one field set of `@personal(subject:)` from the type that declares it: plain fields that exist, and
 * at the end one leaf that can be an id.
 */
export function readSubjectPath(index: SupergraphIndex, type: string, text: string): SubjectReading {
  const set = parseFieldSet(text);
  const path = set === null ? null : singlePath(set);
  if (path === null) {
    return wrong(text, 'one path of plain fields with one leaf, such as "id" or "owner { id }"');
  }
  let at = type;
  let paged = false;
  for (const [depth, name] of path.entries()) {
    const field = index.types.get(at)?.fields.get(name);
    if (field === undefined) return wrong(text, `"${name}" to be a field of ${at}`);
    if ([...field.inputs.values()].some(({ required }) => required)) {
      return wrong(text, `fields without required arguments, which ${at}.${name} has`);
    }
    const target = index.types.get(field.type);
    const last = depth === path.length - 1;
    if (last && target?.kind !== 'SCALAR' && !ID_TYPES.includes(field.type)) {
      return wrong(text, `an ID, a String, an Int or a custom scalar at its end, not ${field.type}`);
    }
    paged ||= isPaged(index, field);
    at = field.type;
  }
  return { kind: 'path', path, paged };
}

/**
 * Whether a field shows only part of what there is unless asked for more. Subjects on other pages would not be
 * asked, so a path through it counts as unresolved.
 */
export function isPaged(index: SupergraphIndex, field: IndexedField): boolean {
  const target = index.types.get(field.type);
  if (target?.fields.has('pageInfo') === true) return true;
  const inputs = [...field.inputs.keys()];
  if (inputs.length > 0 && (field.list || target?.fields.has('edges') === true)) return true;
  return inputs.some((input) => PAGING.includes(input.replaceAll('_', '').toLowerCase()));
}

function wrong(text: string, expected: string): SubjectReading {
  return { kind: 'wrong', message: `subject "${text}": expected ${expected}.` };
}
