import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startConsentSource } from './consentSource.ts';
import type { ConsentSource } from './consentSource.ts';
import { githubSupergraph } from './githubSupergraph.ts';
import { canariesIn, startMockGithub } from './mockGithub.ts';
import type { MockGithub } from './mockGithub.ts';
import { OPERATIONS, REFUSED } from './operations.ts';
import type { GithubOperation } from './operations.ts';
import { startGateway } from './startedGateway.ts';
import type { StartedGateway } from './startedGateway.ts';

const result = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })).optional(),
  extensions: z
    .object({
      privacy: z.object({ masked: z.array(z.object({ coordinate: z.string(), reason: z.string() })) }),
    })
    .optional(),
});

describe('sudare start in front of GitHub’s schema', () => {
  let directory = '';
  let github: MockGithub;
  let consents: ConsentSource;
  let gateway: StartedGateway;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sudare-github-'));
    github = await startMockGithub();
    consents = await startConsentSource();
    const supergraph = join(directory, 'supergraph.graphql');
    await writeFile(supergraph, githubSupergraph(github.url));
    const policy = '--policy=policies/crowdworks/policy.yaml';
    gateway = await startGateway([
      `--supergraph=${supergraph}`,
      policy,
      `--consent-url=${consents.url}`,
      '--dev',
      '--unverified',
    ]);
  });
  afterAll(async () => {
    const memory = await gateway.peakMemory();
    process.stdout.write(
      `GitHub's schema: started in ${gateway.startMs.toFixed(0)} ms, at most ${String(memory)} MB\n`,
    );
    expect(await gateway.stop()).toBe(0);
    await github.close();
    await rm(directory, { recursive: true, force: true });
  });

  describe('without a purpose', () => {
    it.each(OPERATIONS)('masks $name', async (operation) => {
      const { data, errors, extensions } = await ask(gateway, operation, null);
      expect(errors).toBeUndefined();
      const found = canariesIn(data);
      expect(operation.masked.filter((coordinate) => found.includes(coordinate))).toEqual([]);
      expect(found).toEqual(expect.arrayContaining([...operation.shown]));
      const told = extensions?.privacy.masked ?? [];
      expect(told.length > 0).toBe(operation.masked.length > 0);
      expect(told.filter(({ reason }) => reason !== 'PURPOSE_MISSING')).toEqual([]);
    });
  });

  describe('for support, and people who use the service', () => {
    it.each(OPERATIONS)('shows what is allowed of $name', async (operation) => {
      const requests = consents.asked.length;
      const { data, errors } = await ask(gateway, operation, 'service.support');
      expect(errors).toBeUndefined();
      const found = canariesIn(data);
      const hidden = operation.hiddenFromSupport ?? [];
      expect(found.filter((coordinate) => hidden.includes(coordinate))).toEqual([]);
      const allowed = operation.masked.filter((coordinate) => !hidden.includes(coordinate));
      expect(found).toEqual(expect.arrayContaining([...allowed, ...operation.shown]));
      expect(consents.asked.length - requests).toBe(allowed.length > 0 ? 1 : 0);
    });
  });

  it.each(REFUSED)('refuses $name', async (operation) => {
    const sent = github.received.length;
    const { errors } = await ask(gateway, operation, 'service.improvement');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['PERSONAL_ARGUMENT_REJECTED']);
    expect(github.received.length).toBe(sent);
  });

  it('masks everything again, and answers, when the consent source is gone', async () => {
    await consents.close();
    const [search] = OPERATIONS;
    const { data, errors } = await ask(gateway, search, 'service.support');
    expect(errors).toBeUndefined();
    expect(canariesIn(data).filter((coordinate) => search.masked.includes(coordinate))).toEqual([]);
    expect(canariesIn(data)).toEqual(expect.arrayContaining([...search.shown]));
  });
});

async function ask(
  gateway: StartedGateway,
  { query, variables }: GithubOperation,
  purpose: 'service.support' | 'service.improvement' | null,
): Promise<z.infer<typeof result>> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-client-id': purpose === 'service.improvement' ? 'analytics' : 'support-desk',
      ...(purpose === null ? {} : { 'x-purpose': purpose }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return result.parse(await response.json());
}
