import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConsentMapping } from '../../../../policies/consent/source/consentMapping.ts';
import { createHttpConsentSource } from '../../../../policies/consent/source/httpSource.ts';

const PAGE = new URL('../../../../docs/consent-source.md', import.meta.url);

let server: Server;
let asked: { url: string; body: unknown; authorization: string | undefined }[];
let example: { mapping: string; answer: string };

beforeEach(async () => {
  const page = await readFile(PAGE, 'utf8');
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? 'not there';
  example = { mapping: block('yaml'), answer: block('json') };
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { url = '', headers } = request;
      asked.push({ url, body: JSON.parse(body), authorization: headers.authorization });
      response.end(example.answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('the mapping in the documentation reads the answer there', async () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const source = createHttpConsentSource({
    url: `http://127.0.0.1:${port}`,
    mapping: parseConsentMapping(example.mapping, 'docs', { CONSENT_TOKEN: 'a-token' }),
    timeoutMs: 5_000,
  });
  const answer = await source.read(['user:u_1', 'user:u_2']);
  await source.close();
  expect(asked).toEqual([
    {
      url: '/v2/consents/search',
      body: { filter: { active: true, people: ['u_1', 'u_2'] } },
      authorization: 'Bearer a-token',
    },
  ]);
  const nothing = { suspended: false, collectionMethods: [], reference: null };
  expect(answer).toEqual({
    leaseMs: 0,
    states: [
      {
        ...nothing,
        subject: 'user:u_1',
        lastServiceUse: 1_767_312_000_000,
        entries: [
          {
            purpose: 'marketing.recommendation',
            recipient: null,
            state: 'GIVEN',
            at: Date.UTC(2026, 0, 2, 3, 4, 5),
            expiresAt: null,
          },
        ],
      },
      { ...nothing, subject: 'user:u_2', lastServiceUse: null, entries: [] },
    ],
  });
});
