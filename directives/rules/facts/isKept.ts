import { valueFromASTUntyped } from 'graphql';
import type { DirectiveNode } from 'graphql';
import { covers } from '../../../policies/covers.ts';
import type { Annotation } from '../../annotations.ts';
import { parseFieldSet, singlePath } from '../../fieldSet.ts';

/**
 * Whether all that an application demands is demanded by what is left on its coordinate, in whatever words: then
 * nothing is lost with the application itself.
 */
export function isKept({ arguments: inputs = [] }: DirectiveNode, left: Annotation | undefined): boolean {
  if (left === undefined) return false;
  const { terms, declassified } = left;
  const given = new Map(inputs.map(({ name, value }) => [name.value, textsOf(valueFromASTUntyped(value))]));
  const namespace = given.get('namespace')?.[0] ?? null;
  // A Map, so that an argument called `constructor` is as unknown as any other.
  const demands = new Map<string, (text: string) => boolean>([
    ['category', (key) => (key === 'none' ? declassified : terms.categories.includes(key))],
    ['mask', (mask) => terms.masks.includes(mask)],
    ['otherwise', (otherwise) => otherwise === 'mask' || terms.otherwise === otherwise],
    [
      'subject',
      (text) => {
        const set = parseFieldSet(text);
        const path = set === null ? null : singlePath(set)?.join('.');
        return terms.subjects.some((kept) => kept.path.join('.') === path && kept.namespace === namespace);
      },
    ],
    ['deny', (key) => terms.deny.some((denied) => covers(denied, key))],
    ['namespace', () => true],
    ['reason', () => true],
  ]);
  return [...given].every(([name, texts]) =>
    name === 'allow'
      ? isNarrowed(texts, terms.allow)
      : texts.every((text) => demands.get(name)?.(text) === true),
  );
}

/** Whether what is left allows nothing that is not allowed here. */
function isNarrowed(allowed: readonly string[], left: readonly string[] | null): boolean {
  return left !== null && left.every((key) => allowed.some((other) => covers(other, key)));
}

function textsOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
