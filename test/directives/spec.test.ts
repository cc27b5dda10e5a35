import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { judgeLinkUrl, SUPPORTED_FEATURES } from '../../directives/spec.ts';
import { composed } from './composed.ts';

const SDL = composed({ a: 'type Query { name: String @personal(category: "identity.name") }' });
const STAMPED = SDL.replace('/privacy/v1.0",', '/privacy/v1.0", for: SECURITY,');

describe('a supergraph stamped for: SECURITY', () => {
  test('is refused by the features that Apollo supports', () => {
    expect(STAMPED).toContain('for: SECURITY');
    expect(() => Supergraph.build(STAMPED)).toThrow(
      /feature .*privacy\/v1\.0 is for: SECURITY but is unsupported/,
    );
  });

  test('builds with ours, and its rules are read', () => {
    const supergraph = Supergraph.build(STAMPED, {
      supportedFeatures: SUPPORTED_FEATURES,
      validateSupergraph: true,
    });
    expect(supergraph.apiSchema().toGraphQLJSSchema().getQueryType()?.name).toBe('Query');
    expect(fieldRules(STAMPED).field('Query', 'name')?.categories).toEqual(['identity.name']);
  });
});

describe('judgeLinkUrl', () => {
  const table = [
    { url: 'https://specs.sudare.dev/privacy/v1.0', expected: 'privacy' },
    { url: 'https://SPECS.sudare.dev/privacy/v1.0', expected: 'privacy' },
    { url: 'https://specs.sudare.dev/privacy/v1.1', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/privacy/v2.0', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/privacy/v0.9', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/privacy', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/privacy/v1.0/', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/privacy/v1.0#@personal', expected: 'wrong' },
    { url: 'https://specs.sudare.dev/Privacy/v1.0', expected: 'wrong' },
    { url: 'http://specs.sudare.dev/privacy/v1.0', expected: 'wrong' },
    { url: 'specs.sudare.dev/privacy/v1.0', expected: 'wrong' },
    { url: 'https://specs.apollo.dev/join/v0.5', expected: 'foreign' },
    { url: 'https://notsudare.dev/privacy/v1.0', expected: 'foreign' },
    { url: 'anything', expected: 'foreign' },
  ];
  test.each(table)('$url is $expected', ({ url, expected }) => {
    expect(judgeLinkUrl(url).kind).toBe(expected);
  });
});
