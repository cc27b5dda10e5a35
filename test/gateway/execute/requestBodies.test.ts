import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRequestBodies } from '../../../gateway/execute/requestBodies.ts';

const REPRESENTATIONS = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 });

it('prints requests as JSON, whatever their variables', () => {
  const bodyOf = createRequestBodies();
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.option(fc.string(), { nil: undefined }),
      fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
      fc.oneof(REPRESENTATIONS, fc.jsonValue(), fc.constant(undefined)),
      (query, operationName, given, representations) => {
        const variables = given === undefined ? undefined : { ...given, representations };
        const plain: unknown = JSON.parse(JSON.stringify({ query, operationName, variables }));
        expect(JSON.parse(bodyOf({ query, operationName, variables }))).toEqual(plain);
      },
    ),
  );
});

it('prints a list of representations once for several requests', () => {
  const bodyOf = createRequestBodies();
  let printed = 0;
  const counted = { toJSON: () => ({ id: String((printed += 1)) }) };
  const representations = [counted];
  const bodies = ['a', 'b'].map((query) => bodyOf({ query, variables: { first: 1, representations } }));
  expect(bodies).toEqual([
    '{"query":"a","variables":{"first":1,"representations":[{"id":"1"}]}}',
    '{"query":"b","variables":{"first":1,"representations":[{"id":"1"}]}}',
  ]);
  expect(printed).toBe(1);
});
