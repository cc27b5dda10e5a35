import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ERRORS } from '../../../gateway/errors.ts';
import { limitTable } from '../../../gateway/limits/limitDocs.ts';
import { LIMITS, limitsOf, MAX_LIMIT } from '../../../gateway/limits/limits.ts';

it('limits have their defaults where nothing else is set', () => {
  const limits = limitsOf({ depth: 7 });
  expect(limits.depth).toBe(7);
  expect(limits.tokens).toBe(LIMITS.tokens.byDefault);
  expect(Object.keys(limits)).toEqual(Object.keys(LIMITS));
});

it.each([
  { name: 'none', given: { depth: 0 } },
  { name: 'fewer than none', given: { depth: -1 } },
  { name: 'a part', given: { depth: 1.5 } },
  { name: 'no number', given: { depth: Number.NaN } },
  { name: 'without end', given: { depth: Infinity } },
  { name: 'more than a timer can run', given: { requestMs: MAX_LIMIT + 1 } },
  { name: 'of another name', given: { deepness: 3 } },
])('a limit that cannot be is refused: $name', ({ given }) => {
  expect(() => limitsOf(given)).toThrow(new RegExp(`Limit "${Object.keys(given)[0] ?? ''}"`));
});

it('each answers with a code of the registry', () => {
  for (const { code, status } of Object.values(LIMITS)) {
    if (code === null) continue;
    const own = ERRORS[code][0];
    expect(code === 'REQUEST_INVALID' ? [408, 413, 431] : [own]).toContain(status);
  }
});

it('docs/limits.md holds the table', async () => {
  expect(await readFile('docs/limits.md', 'utf8')).toContain(`\n${limitTable()}\n`);
});
