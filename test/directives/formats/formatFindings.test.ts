import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RuleFinding } from '../../../directives/rules/finding.ts';
import { FORMATS, formatFindings } from '../../../directives/rules/formats/formatFindings.ts';
import { RULES } from '../../../directives/rules/registry.ts';

const ERROR: RuleFinding = {
  rule: 'unknown-category',
  severity: 'error',
  coordinate: 'User.email',
  file: 'subgraphs/my accounts/schema.graphql',
  line: 12,
  column: 3,
  message: 'the policy has no category "contact.emial".',
  why: 'Nobody would ever see it.',
  mend: 'Perhaps "contact.email" is meant.',
};
const WARNING: RuleFinding = {
  ...ERROR,
  rule: 'composition',
  severity: 'warning',
  coordinate: 'schema',
  file: null,
  message: '100% odd: a,\r\n::error::b \u001B[31m\u202E',
};

const table: readonly {
  readonly name: string;
  readonly format: (typeof FORMATS)[number];
  readonly given: readonly RuleFinding[];
  readonly expected: string;
}[] = [
  { name: 'nothing as text', format: 'text', given: [], expected: 'no findings\n' },
  { name: 'nothing as github', format: 'github', given: [], expected: 'no findings\n' },
  { name: 'nothing as json', format: 'json', given: [], expected: '{\n  "findings": []\n}\n' },
  {
    name: 'text',
    format: 'text',
    given: [ERROR],
    expected: `subgraphs/my accounts/schema.graphql:12:3: error: User.email (unknown-category)
  the policy has no category "contact.emial".
  Why: Nobody would ever see it.
  Mend: Perhaps "contact.email" is meant.

1 error, 0 warnings
`,
  },
  {
    name: 'text, where a message would steer the terminal',
    format: 'text',
    given: [ERROR, WARNING, WARNING].slice(1),
    expected: [0, 1]
      .map(
        () => `warning: schema (composition)
  100% odd: a,\\u{d}\\u{a}::error::b \\u{1b}[31m\\u{202e}
  Why: Nobody would ever see it.
  Mend: Perhaps "contact.email" is meant.

`,
      )
      .join('')
      .concat('0 errors, 2 warnings\n'),
  },
  {
    name: 'github',
    format: 'github',
    given: [{ ...ERROR, file: 'a,b:c%.graphql' }],
    expected:
      '::error file=a%2Cb%3Ac%25.graphql,line=12,col=3,title=unknown-category%3A User.email::' +
      'the policy has no category "contact.emial".%0AWhy: Nobody would ever see it.%0AMend: Perhaps "contact.email" is meant.\n' +
      '1 error, 0 warnings\n',
  },
  {
    name: 'github, where a message holds another command',
    format: 'github',
    given: [WARNING],
    expected:
      '::warning title=composition%3A schema::100%25 odd: a,%0D%0A::error::b \u001B[31m\u202E' +
      '%0AWhy: Nobody would ever see it.%0AMend: Perhaps "contact.email" is meant.\n0 errors, 1 warning\n',
  },
];

describe('findings', () => {
  it.each(table)('$name', ({ format, given, expected }) => {
    expect(formatFindings(given, format)).toBe(expected);
  });

  it('come back from json as they were', () => {
    expect(JSON.parse(formatFindings([ERROR, WARNING], 'json'))).toEqual({ findings: [ERROR, WARNING] });
  });

  it.each(FORMATS)('end with one line break as %s', (format) => {
    expect(formatFindings([ERROR, WARNING], format)).toMatch(/[^\n]\n$/);
  });
});

/** What SARIF 2.1.0 requires of the parts that we write (OASIS, sarif-schema-2.1.0). */
const MESSAGE = {
  type: 'object',
  required: ['text'],
  properties: { text: { type: 'string', minLength: 1 } },
  additionalProperties: false,
};
const LEVEL = { enum: ['none', 'note', 'warning', 'error'] };
const SARIF = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', minLength: 1 },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id', 'help'],
                      properties: {
                        id: { type: 'string' },
                        shortDescription: MESSAGE,
                        help: MESSAGE,
                        defaultConfiguration: { type: 'object', properties: { level: LEVEL } },
                      },
                      additionalProperties: false,
                    },
                  },
                },
              },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: LEVEL,
                message: MESSAGE,
                locations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            properties: {
                              uri: { type: 'string', pattern: "^[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]+$" },
                            },
                          },
                          region: {
                            type: 'object',
                            properties: {
                              startLine: { type: 'integer', minimum: 1 },
                              startColumn: { type: 'integer', minimum: 1 },
                            },
                          },
                        },
                      },
                      logicalLocations: { type: 'array', items: { type: 'object' } },
                    },
                    additionalProperties: false,
                  },
                },
              },
              additionalProperties: false,
            },
          },
        },
      },
    },
  },
};

const Log = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
      results: z.array(z.object({ ruleId: z.string(), ruleIndex: z.number(), locations: z.unknown() })),
    }),
  ]),
});

/** Where ERROR stands, in a file of this uri. */
function at(uri: string): unknown {
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 12, startColumn: 3 } },
    logicalLocations: [{ fullyQualifiedName: 'User.email' }],
  };
}

describe('sarif', () => {
  const text = formatFindings(
    [ERROR, WARNING, { ...ERROR, file: 'https://example.test/graphql?sdl' }, { ...ERROR, file: '/srv/a b' }],
    'sarif',
  );
  const {
    runs: [{ tool, results }],
  } = Log.parse(JSON.parse(text));

  it('has the shape that its schema requires', () => {
    const validate = new Ajv({ strict: false }).compile(SARIF);
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('describes every rule, and what is not ours', () => {
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([...RULES.map(({ name }) => name), 'composition']);
  });

  it('points from each result to its rule and place', () => {
    expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
      results.map(({ ruleId }) => ruleId),
    );
    expect(results.map(({ locations }) => locations)).toEqual([
      [at('subgraphs/my%20accounts/schema.graphql')],
      [{ logicalLocations: [{ fullyQualifiedName: 'schema' }] }],
      [at('https://example.test/graphql?sdl')],
      [at('file:///srv/a%20b')],
    ]);
  });
});
