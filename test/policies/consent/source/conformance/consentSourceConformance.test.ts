import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GATEWAY_CLIENT } from '../../../../../policies/consent/callerToken.ts';
import type { ConformanceHarness } from '../../../../../policies/consent/source/conformance/conformanceHarness.ts';
import { consentSourceConformance } from '../../../../../policies/consent/source/conformance/consentSourceConformance.ts';
import {
  PROXY_FAULTS,
  startFaultProxy,
  type FaultProxy,
} from '../../../../../policies/consent/source/conformance/startFaultProxy.ts';
import { parseConsentMapping } from '../../../../../policies/consent/source/consentMapping.ts';
import { createGraphqlConsentSource } from '../../../../../policies/consent/source/graphqlSource.ts';
import { createHttpConsentSource } from '../../../../../policies/consent/source/httpSource.ts';
import { startConsentSubgraph } from '../../../../../subgraphs/consent/startConsentSubgraph.ts';
import { askConsent, CALLER_KEY, callerHeader } from '../../../../subgraphs/consent/askConsent.ts';
import { FOREIGN_MAPPINGS, startForeignConsents, type ForeignConsents } from '../foreignConsents.ts';
import { freshDataDir } from '../../../../freshDataDir.ts';

const PURPOSE = 'marketing.recommendation';
const PATIENT = 60_000;

/** The checks need a harness to be listed; its parts are there once the systems have been started. */
function harnessOf(parts: {
  readonly open: ConformanceHarness['open'];
  readonly write: (subject: string, what: 'give' | 'withdraw') => Promise<void>;
  readonly proxy: () => FaultProxy;
}): ConformanceHarness {
  return {
    open: parts.open,
    subject: (name) => `user:${name}`,
    purpose: PURPOSE,
    give: async (subject) => await parts.write(subject, 'give'),
    withdraw: async (subject) => await parts.write(subject, 'withdraw'),
    behave: async (fault) => await parts.proxy().behave(fault),
    faults: PROXY_FAULTS,
  };
}

describe('the consent subgraph over GraphQL', () => {
  let subgraph: Awaited<ReturnType<typeof startConsentSubgraph>>;
  let proxy: FaultProxy;

  beforeAll(async () => {
    subgraph = await startConsentSubgraph({
      host: '127.0.0.1',
      port: 0,
      callerKey: CALLER_KEY,
      dataDir: await freshDataDir(),
    });
    proxy = await startFaultProxy(new URL(subgraph.url).origin);
  });
  afterAll(async () => {
    await proxy.stop();
    await subgraph.stop();
  });

  const harness = harnessOf({
    open: ({ timeoutMs }) =>
      createGraphqlConsentSource({
        url: `${proxy.url}/graphql`,
        timeoutMs,
        headers: async () => await callerHeader({ client: GATEWAY_CLIENT }),
      }),
    write: async (subject, what) => {
      const { codes } = await askConsent(
        subgraph.url,
        { endUser: subject },
        `mutation ($subject: ID!) {
          ${what === 'give' ? 'grantConsent' : 'withdrawConsent'}(subject: $subject, purpose: "${PURPOSE}") { recordId }
        }`,
        { subject },
      );
      expect(codes).toEqual([]);
    },
    proxy: () => proxy,
  });
  for (const { name, run } of consentSourceConformance(harness)) test(name, run, PATIENT);
});

describe.each(Object.entries(FOREIGN_MAPPINGS))('a foreign system, asked by %s', (_, mapping) => {
  let foreign: ForeignConsents;
  let proxy: FaultProxy;

  beforeAll(async () => {
    foreign = await startForeignConsents();
    proxy = await startFaultProxy(foreign.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await foreign.stop();
  });

  const harness = harnessOf({
    open: ({ timeoutMs }) =>
      createHttpConsentSource({
        url: proxy.url,
        timeoutMs,
        mapping: parseConsentMapping(mapping, 'm.yaml', { FOREIGN_TOKEN: 'foreign-token' }),
      }),
    write: async (subject, what) => {
      foreign.record(subject.slice('user:'.length), what === 'give' ? 'granted' : 'revoked');
    },
    proxy: () => proxy,
  });
  for (const { name, run } of consentSourceConformance(harness)) test(name, run, PATIENT);
});
