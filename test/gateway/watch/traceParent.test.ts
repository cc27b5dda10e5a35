import { describe, expect, it } from 'vitest';
import { newTraceId, traceParentOf, traceParentText } from '../../../gateway/watch/traceParent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

const read = (traceparent: string) => traceParentOf(new Headers({ traceparent }));

describe('a traceparent', () => {
  it.each([
    { name: 'is read', given: `00-${TRACE}-${SPAN}-01`, expected: `00-${TRACE}-${SPAN}-01` },
    {
      name: 'is read where it is not sampled',
      given: `00-${TRACE}-${SPAN}-00`,
      expected: `00-${TRACE}-${SPAN}-00`,
    },
    {
      name: 'goes on with the flag that is known',
      given: `00-${TRACE}-${SPAN}-ff`,
      expected: `00-${TRACE}-${SPAN}-01`,
    },
    {
      name: 'goes on in the version that is known',
      given: `01-${TRACE}-${SPAN}-01`,
      expected: `00-${TRACE}-${SPAN}-01`,
    },
  ])('$name', ({ given, expected }) => {
    const spanContext = read(given);
    expect(spanContext).toMatchObject({ traceId: TRACE, spanId: SPAN, isRemote: true });
    expect(spanContext && traceParentText(spanContext)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['too long', `00-${TRACE}-${SPAN}-01-canary`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['something else', 'canary'],
  ])('is none: %s', (_, given) => {
    expect(read(given)).toBeNull();
  });

  it('is none where there are no headers', () => {
    expect(traceParentOf(undefined)).toBeNull();
  });
});

it('a new trace id is one that is read, and each time another', () => {
  const ids = [newTraceId(), newTraceId()];
  for (const id of ids) expect(read(`00-${id}-${SPAN}-01`)?.traceId).toBe(id);
  expect(ids[0]).not.toBe(ids[1]);
});
