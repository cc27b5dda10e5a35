import { parse, print, stripIgnoredCharacters } from 'graphql';
import { describe, expect, it } from 'vitest';
import { conditionsOf, conditionVariables, settleConditions } from '../../../gateway/prepare/conditions.ts';

const settled: readonly {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly expected: string;
}[] = [
  {
    name: 'a literal below a variable',
    query: 'query ($a: Boolean!) { me @include(if: $a) { id name @skip(if: true) } }',
    variables: { a: true },
    expected: 'query($a:Boolean!){me{id}}',
  },
  {
    name: 'both directives on one selection',
    query:
      'query ($a: Boolean!, $b: Boolean!) { x @include(if: $a) @skip(if: $b) y @skip(if: $b) @include(if: true) }',
    variables: { a: true, b: false },
    expected: 'query($a:Boolean!$b:Boolean!){x y}',
  },
  {
    name: 'fragments, inline and spread',
    query: 'query ($a: Boolean!) { id ... @skip(if: $a) { x } ...F @include(if: $a) } fragment F on T { y }',
    variables: { a: true },
    expected: 'query($a:Boolean!){id ...F}fragment F on T{y}',
  },
  {
    name: 'fragments’ own selections',
    query: 'query ($a: Boolean!) { ...F } fragment F on T { x y @skip(if: $a) }',
    variables: { a: true },
    expected: 'query($a:Boolean!){...F}fragment F on T{x}',
  },
  {
    name: 'a variable without a value, as false',
    query: 'query ($a: Boolean) { x y @include(if: $a) }',
    variables: {},
    expected: 'query($a:Boolean){x}',
  },
  {
    name: 'variables that every object has by inheritance',
    query:
      'query ($constructor: Boolean!, $__proto__: Boolean!) { x y @include(if: $constructor) z @skip(if: $__proto__) }',
    variables: { constructor: false },
    expected: 'query($constructor:Boolean!$__proto__:Boolean!){x z}',
  },
  {
    name: 'no other directives',
    query: 'query ($a: Boolean!) { x @log @include(if: $a) y @log }',
    variables: { a: true },
    expected: 'query($a:Boolean!){x@log y@log}',
  },
];

describe('settling conditions', () => {
  it.each(settled)('leaves out what is switched off: $name', ({ query, variables, expected }) => {
    const document = parse(query);
    const conditions = conditionsOf(conditionVariables(document), variables);
    expect(stripIgnoredCharacters(print(settleConditions(document, conditions)))).toBe(expected);
  });
});
