import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileKey } from '../../../gateway/prepare/profile.ts';
import type { Caller } from '../../../policies/caller.ts';
import { decideStatically } from '../../../policies/decide.ts';
import { chooseMask } from '../../../policies/masks/chooseMask.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { startGateway } from '../../gatewayHarness.ts';
import { callerFor, fetchesOf, generationOf, plannedText, prepareQuery } from '../prepareHarness.ts';

const policy = smallPolicy();
const text = fc.string({ minLength: 1 });

const callerArbitrary: fc.Arbitrary<Caller> = fc.record({
  client: fc.oneof(text, fc.constantFrom(...policy.clients.keys())),
  purpose: fc.option(fc.constantFrom(...policy.purposes.keys())),
  recipient: fc.constantFrom(...policy.recipients.keys()),
  endUser: fc.option(text),
  actor: fc.option(text),
  ground: fc.option(
    fc.record({ kind: fc.constant('law'), reference: text, expires: fc.integer(), subjects: fc.array(text) }),
  ),
});

/** Somebody else with the same profile. */
const twin = (one: Caller, other: Caller): Caller => ({
  ...other,
  purpose: one.purpose,
  recipient: one.recipient,
  ground: one.ground === null ? null : { ...(other.ground ?? one.ground), kind: one.ground.kind },
});

const keyArbitrary = fc.constantFrom('contact.email', 'contact.name', 'secret', 'cookie', 'unknown');
const purposesArbitrary = fc.array(fc.constantFrom(...policy.purposes.keys()), { maxLength: 2 });

describe('callers with equal profiles', () => {
  it('get equal static decisions and equal masks, whatever the rule', () => {
    fc.assert(
      fc.property(
        callerArbitrary,
        callerArbitrary,
        fc.uniqueArray(keyArbitrary, { minLength: 1, maxLength: 3 }),
        fc.option(purposesArbitrary),
        purposesArbitrary,
        (one, other, categories, allow, deny) => {
          const second = twin(one, other);
          expect(profileKey(second)).toBe(profileKey(one));
          const rule = { categories, allow, deny };
          expect(decideStatically(policy, rule, second)).toEqual(decideStatically(policy, rule, one));
          const leaf = { kind: 'String', name: 'String', values: [] } as const;
          expect(chooseMask(policy, categories, [], second.recipient, leaf)).toEqual(
            chooseMask(policy, categories, [], one.recipient, leaf),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('get the same operation planned', () => {
    const generation = generationOf(`
      type Query { me: User }
      type User @key(fields: "id") @personal(subject: ["id"]) {
        id: ID mail: String @personal(category: "contact.email") cookie: String @personal(category: "cookie")
        pin: String @personal(category: "secret") label: String
      }
    `);
    fc.assert(
      fc.property(callerArbitrary, callerArbitrary, (one, other) => {
        const query = '{ me { mail cookie pin label } }';
        expect(plannedText(prepareQuery(generation, query, twin(one, other)))).toBe(
          plannedText(prepareQuery(generation, query, one)),
        );
      }),
      { numRuns: 50 },
    );
    const forContact = fetchesOf(prepareQuery(generation, '{ me { mail cookie } }', callerFor()));
    const forAds = fetchesOf(
      prepareQuery(
        generation,
        '{ me { mail cookie } }',
        callerFor({ purpose: 'advertising', recipient: 'advertiser.ads' }),
      ),
    );
    expect([forContact, forAds]).toEqual([[['only', '{me{mail id}}']], [['only', '{me{cookie id}}']]]);
  });
});

describe('different profiles', () => {
  const base = callerFor({ purpose: 'service', recipient: 'internal' });
  const ground = { kind: 'law', reference: 'r', expires: 1, subjects: ['user:1'] };
  it.each<{ name: string; other: Caller }>([
    { name: 'by purpose', other: { ...base, purpose: 'upkeep' } },
    { name: 'by no purpose', other: { ...base, purpose: null } },
    { name: 'by recipient', other: { ...base, recipient: 'group' } },
    { name: 'by ground', other: { ...base, ground } },
    {
      name: 'by names that would read alike side by side',
      other: { ...base, purpose: 'service","internal', recipient: '' },
    },
  ])('have different keys: $name', ({ other }) => expect(profileKey(other)).not.toBe(profileKey(base)));
});

describe('prepared operations', () => {
  it('are kept per profile: one caller’s never serves another’s', async () => {
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs: `
            type Query { me: User }
            type User @key(fields: "id") @personal(subject: ["id"]) {
              id: ID! mail: String @personal(category: "contact.email") label: String
            }
          `,
          resolvers: { Query: { me: () => ({ id: '1', mail: 'a@example.com', label: 'l' }) } },
        },
      ],
    });
    try {
      const query = '{ me { mail label } }';
      const shown = { me: { mail: 'a@example.com', label: 'l' } };
      const hidden = { me: { mail: '█████@masked.invalid', label: 'l' } };
      const asked = async (client: string, purpose?: string): Promise<unknown> =>
        (await gateway.send({ query, client, ...(purpose === undefined ? {} : { purpose }) })).data;
      // In both orders, and again, so that each finds the others' prepared operation in the cache.
      for (const _ of [1, 2]) {
        expect(await asked('support-desk', 'service.support')).toEqual(shown);
        expect(await asked('support-desk')).toEqual(hidden);
        expect(await asked('mail-campaign', 'marketing.recommendation')).toEqual(hidden);
        expect(await asked('support-desk', 'communication.necessary')).toEqual(shown);
        expect(await asked('ad-sync', 'advertising.distribution')).toBeUndefined();
        expect(
          (
            await gateway.send({
              query,
              client: 'ad-sync',
              purpose: 'advertising.distribution',
              headers: { 'x-recipient': 'advertiser.line' },
            })
          ).data,
        ).toEqual(hidden);
      }
    } finally {
      await gateway.close();
    }
  });
});
