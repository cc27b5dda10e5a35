import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { getOperationAST, GraphQLError, parse } from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { consentWrites } from '../../gateway/prepare/consentWrites.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { MUTATIONS, mutation, SELF, WRITES } from '../subgraphs/consent/writers.ts';
import { callerFor } from './prepareHarness.ts';

const ALICE = 'user:u_1';
const schema = buildSubgraphSchema(
  parse(await readFile('subgraphs/consent/schema.graphql', { encoding: 'utf8' })),
);
let policy: Policy;
beforeAll(async () => (policy = await loadPolicy('policies/crowdworks/policy.yaml')));

/** The shipped policy with one more client that may write these consents. */
const withClient = (consentWrite: readonly string[]): Policy => {
  const app = { id: 'app', name: 'App', recipients: ['internal'], purposes: [], grounds: [], write: true };
  return { ...policy, clients: new Map([['app', { ...app, consentWrite }]]) };
};

// A request of nobody, or in the gateway's name, does not get as far as this guard.
const ours = WRITES.filter(({ who }) => who !== 'nobody');

it.each(ours)('the gateway lets them as the subgraph does: $who $can $name', ({ caller, name, can }) => {
  const claims = caller === SELF ? { endUser: ALICE } : caller === 'nobody' ? {} : caller;
  const operation = getOperationAST(parse(mutation(name)));
  if (operation == null) throw new Error('Expected one operation.');
  const check = consentWrites({
    schema,
    policy: withClient(claims.consentWrite ?? []),
    operation,
    fragments: new Map(),
    consentMutations: new Set(MUTATIONS),
  });
  const write = (): void =>
    check(callerFor({ client: 'app', endUser: claims.endUser ?? null }), { subject: ALICE, id: 'r_1' });
  if (can === 'may') {
    expect(write).not.toThrow();
  } else {
    expect(write).toThrow(GraphQLError);
    expect(write).toThrow(
      expect.objectContaining({ extensions: { code: 'CONSENT_WRITE_FORBIDDEN', http: { status: 403 } } }),
    );
  }
});

it('the table has every mutation of the subgraph', () => {
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).toSorted()).toEqual(MUTATIONS.toSorted());
});
