import { describe, expect, it } from 'vitest';
import { readStartConfig } from '../../gateway/config/startConfig.ts';
import { rulesInForce } from '../../gateway/rulesInForce.ts';
import { startGateway, type TestSubgraph } from '../gatewayHarness.ts';

const PEOPLE: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query {
      people: [Person!]!
      find(email: String! @personal(category: "contact.email")): [Person!]!
    }
    type Person @key(fields: "id") @personal(subject: ["id"]) {
      id: ID!
      name: String! @personal(category: "identity.name")
      email: String @personal(category: "contact.email")
      password: String @personal(category: "account.password")
    }
  `,
  resolvers: {
    Query: {
      people: () => [{ id: '1', name: 'Ada', email: 'ada@example.com', password: 'hash' }],
      find: () => [{ id: '1', name: 'Ada' }],
    },
  },
};

const ARGS = ['--supergraph', 's.graphql', '--policy', 'p.yaml'];
const TOKENS = ['--jwks', 'keys.json', '--jwt-issuer', 'i', '--jwt-audience', 'a'];

describe('a dry run', () => {
  it('answers everything unmasked, and refuses no argument', async () => {
    const gateway = await startGateway({ subgraphs: [PEOPLE], override: { enforcement: 'dry-run' } });
    try {
      const all = await gateway.send({ query: '{ people { name email password } }' });
      expect(all.data).toEqual({ people: [{ name: 'Ada', email: 'ada@example.com', password: 'hash' }] });
      const found = await gateway.send({ query: '{ find(email: "ada@example.com") { name } }' });
      expect(found.data).toEqual({ find: [{ name: 'Ada' }] });
      expect(gateway.asked()).toEqual([]);
    } finally {
      await gateway.close();
    }
  });

  it('still knows whom it answers', async () => {
    const gateway = await startGateway({ subgraphs: [PEOPLE], override: { enforcement: 'dry-run' } });
    try {
      const answer = await gateway.send({ query: '{ people { name } }', client: 'nobody' });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('Ada');
    } finally {
      await gateway.close();
    }
  });

  it('is not to be had where reasons are collapsed, as they are in production', () => {
    expect(() => rulesInForce('dry-run', 'collapsed')).toThrow(/for development alone/);
    expect(() => rulesInForce('dry-run', 'true-reasons')).not.toThrow();
  });

  it('is refused without --dev, in words that say what to do', () => {
    expect(() => readStartConfig([...ARGS, ...TOKENS, '--mode', 'dry-run'], {})).toThrow(
      /--mode dry-run .* with --dev alone.* --candidate-policy FILE/,
    );
    expect(readStartConfig([...ARGS, '--dev', '--mode', 'dry-run'], {}).policy.mode).toBe('dry-run');
    expect(readStartConfig([...ARGS, '--dev'], {}).policy.mode).toBe('enforce');
    expect(() => readStartConfig([...ARGS, '--dev', '--mode', 'off'], {})).toThrow(
      /expected enforce or dry-run/,
    );
  });
});
