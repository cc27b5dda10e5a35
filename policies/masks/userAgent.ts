import { BROWSER_MAP, getParser } from 'bowser';
import { z } from 'zod';
import { FILLER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

/** User agents have some 100 to 200 characters; more only helps those who would keep the parser busy. */
const WINDOW = 512;

/** For user agents that it does not know, bowser answers with their own first word, which may be anything. */
const FAMILIES: ReadonlySet<string> = new Set(Object.values(BROWSER_MAP));

/** Shows the family of a browser. */
export const userAgent: Mask<Record<string, never>> = Object.freeze<Mask<Record<string, never>>>({
  kind: 'userAgent',
  doc:
    'Keeps the name of the browser’s family if it is a known one. Versions, platform and device, which together are ' +
    'a fingerprint, are hidden; unknown programs show the constant.',
  reveals: 'part',
  parameters: z.strictObject({}),
  leaves: ['String'],
  examples: [
    {
      name: 'a browser',
      given:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
      expected: `Chrome ${FILLER}`,
    },
    { name: 'an unknown program', given: 'hanako@example.com/1.0', expected: CONSTANT },
  ],
  apply: (value) => {
    if (typeof value !== 'string' || value === '') return CONSTANT;
    // The second argument skips what is not asked for: platform, engine, operating system.
    const family = getParser(value.slice(0, WINDOW), true).getBrowserName();
    return FAMILIES.has(family) ? `${family} ${FILLER}` : CONSTANT;
  },
});
