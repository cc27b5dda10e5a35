import { buildSchema, isInterfaceType, isObjectType, parse, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNOTATIONS, NOT_PERSONAL } from './annotations.ts';
import { githubSchema } from './githubSchema.ts';
import { githubSupergraph } from './githubSupergraph.ts';
import { canariesIn, startMockGithub } from './mockGithub.ts';
import type { MockGithub } from './mockGithub.ts';
import { OPERATIONS, REFUSED } from './operations.ts';

describe('GitHub’s schema with annotations', () => {
  let schema: GraphQLSchema;
  let sdl = '';
  beforeAll(() => {
    schema = githubSchema();
    const started = performance.now();
    sdl = githubSupergraph('http://127.0.0.1:1/graphql');
    process.stdout.write(`GitHub's schema composed in ${(performance.now() - started).toFixed(0)} ms\n`);
  });

  it('composes with every annotation kept', () => {
    expect(sdl.match(/@personal\(/g)?.length).toBe(ANNOTATIONS.length + 1); // and the definition
    expect(sdl).toContain('@link(url: "https://specs.sudare.dev/privacy/v1.0"');
    expect(() => buildSchema(sdl)).not.toThrow();
  });

  it('leaves out no field that looks like an e-mail, IP address or location of a person', () => {
    const decided = new Set([
      ...ANNOTATIONS.map(({ coordinate }) => coordinate),
      ...Object.keys(NOT_PERSONAL),
    ]);
    const looksPersonal = /e?mails?(Address)?$|(^ip|Ip)(Addresses)?$|[lL]ocation$/;
    const overlooked = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .flatMap((type) => {
        const inherited = isObjectType(type) ? type.getInterfaces() : [];
        return Object.keys(type.getFields())
          .filter(
            (field) => looksPersonal.test(field) && !/^(?:createdVia|isSponsorOptedInto)Email$/.test(field),
          )
          .filter((field) => ![type, ...inherited].some(({ name }) => decided.has(`${name}.${field}`)))
          .map((field) => `${type.name}.${field}`);
      });
    // A connection's leaves are what is annotated.
    expect(overlooked).toEqual(['EnterpriseServerUserAccount.emails']);
  });

  it('takes a subject of one leaf for each annotation that names one', () => {
    for (const { coordinate, subject = [] } of ANNOTATIONS) {
      const type = coordinate.split('.', 1).join('');
      for (const path of subject) {
        const document = parse(`fragment Subject on ${type} { ${path} }`);
        const errors = validate(schema, document).filter(({ message }) => !message.includes('never used'));
        expect(errors, `${coordinate}: ${path}`).toEqual([]);
      }
    }
  });
});

describe('the mock of GitHub', () => {
  let github: MockGithub;
  beforeAll(async () => {
    github = await startMockGithub();
  });
  afterAll(async () => {
    await github.close();
  });

  // What the gateway must mask stands unmasked in what it is sent: otherwise the test of it could not fail.
  it.each(OPERATIONS)('answers $name', async ({ query, variables, masked, shown }) => {
    const answer = await ask(github, query, variables);
    expect(answer).not.toHaveProperty('errors');
    expect(canariesIn(answer)).toEqual(expect.arrayContaining([...masked, ...shown]));
  });

  it.each(REFUSED)('answers $name', async ({ query, variables }) => {
    expect(await ask(github, query, variables)).not.toHaveProperty('errors');
  });

  it('gives the same value whatever its alias', async () => {
    const [plain, aliased] = await Promise.all([
      ask(github, '{ viewer { email } }', undefined),
      ask(github, '{ me: viewer { name: email } }', undefined),
    ]);
    expect(JSON.stringify(aliased)).toBe(
      JSON.stringify(plain).replace('"viewer"', '"me"').replace('"email"', '"name"'),
    );
  });

  it('says what is wrong with an operation that the schema does not have', async () => {
    expect(await ask(github, '{ viewer { shoeSize } }', undefined)).toHaveProperty('errors');
  });
});

async function ask(
  github: MockGithub,
  query: string,
  variables: Readonly<Record<string, unknown>> | undefined,
): Promise<unknown> {
  const response = await fetch(github.url, { method: 'POST', body: JSON.stringify({ query, variables }) });
  return await response.json();
}
