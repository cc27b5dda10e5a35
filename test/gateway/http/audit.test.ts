import { readFile } from 'node:fs/promises';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';

/**
 * What the audit warns of, and why it stays. Each stands in docs/limits.md, too.
 *
 * All three ask for status 200 where a request fails that accepts `application/json` alone.
 */
const EXPLAINED: Readonly<Record<string, string>> = {
  '572B': 'a document that cannot be parsed',
  FDE2: 'a document that does not fit the schema',
  '7B9B': 'variables that do not have their types',
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [{ name: 'people', typeDefs: 'type Query { hello: String }' }],
  });
});

afterAll(async () => await gateway.close());

/** Any client says who it is; and one that asks by GET, that it is no page of somebody else's. */
async function asClient(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-client-id', 'support-desk');
  if (init.method !== 'POST') headers.set('apollo-require-preflight', 'true');
  return await fetch(url, { ...init, headers });
}

const audits = serverAudits({ url: () => gateway.url, fetchFn: asClient });

describe('the audit of graphql-http over a running gateway', () => {
  it('asks for much', () => {
    expect(audits.length).toBeGreaterThan(55);
  });

  it.each(audits)('$id: $name', async ({ id, fn }) => {
    const result = await fn();
    const reason = 'reason' in result ? result.reason : '';
    expect([result.status, reason]).toEqual(
      id in EXPLAINED ? ['warn', 'Response status code is not 200'] : ['ok', ''],
    );
  });

  it('warns of nothing that docs/limits.md does not explain', async () => {
    const page = await readFile('docs/limits.md', 'utf8');
    for (const [id, what] of Object.entries(EXPLAINED)) {
      expect(audits.map((audit) => audit.id)).toContain(id);
      expect(page).toMatch(new RegExp(`\\| \`${id}\` +\\| ${what} `));
    }
  });
});
