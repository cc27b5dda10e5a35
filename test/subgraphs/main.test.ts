import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../subgraphs/main.ts';

let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('a subgraph of the demo', () => {
  it.each([
    { name: 'no name', args: [], expected: 'Expected the name of a subgraph.\nUsage: ' },
    {
      name: 'another name',
      args: ['jbos'],
      expected: 'Expected the name of a subgraph, not "jbos".\nUsage: ',
    },
    {
      name: 'the consent subgraph, which has a command of its own',
      args: ['consent', '--port=4007'],
      expected:
        'Expected the name of a subgraph, not "consent", which npx node subgraphs/consent/main.ts serves.\nUsage: ',
    },
    { name: 'a port that is none', args: ['jobs', '--port=x'], expected: 'Expected --port to be a number' },
  ])('is not served, and it is said what was expected: $name', async ({ args, expected }) => {
    expect(await main(args)).toBe(2);
    expect(said.slice(0, expected.length)).toBe(expected);
    // `node` alone may be one that knows no types.
    expect(said).toContain('Usage: npx node subgraphs/main.ts NAME');
  });
});
