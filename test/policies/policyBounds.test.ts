import { describe, expect, it } from 'vitest';
import { parsePolicy, PolicyError } from '../../policies/loadPolicy.ts';
import { changed } from './smallPolicy.ts';

function refusal(replacements: Readonly<Record<string, string>>): string {
  try {
    parsePolicy(changed(replacements), 'p.yaml');
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
  return '';
}

const PART = 'basis: { internal: notified }, levels: { contact: masked }, channels: [survey]';
const PANEL = 'levels: { contact: full }, fallback: masked';
const ADS = 'basis: { advertiser: notified }, levels: { cookie: full }';

describe('no policy may', () => {
  const table: readonly { name: string; given: Record<string, string>; expected: RegExp }[] = [
    {
      name: 'grant `agreed` as such',
      given: {
        "text: Agreed, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true }":
          "text: Agreed, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true, basis: { internal: consent }, levels: { contact: full } }",
      },
      expected: /agreed cannot be granted as such/,
    },
    {
      name: 'agree without consent',
      given: {
        'basis: { internal: consent }, levels: { contact: full } }\n  advertising':
          'basis: { internal: notified }, levels: { contact: full } }\n  advertising',
      },
      expected: /agreed\.sample for internal cannot rest on notified; expected consent/,
    },
    {
      name: 'show an advertiser what identifies',
      given: { [ADS]: 'basis: { advertiser: notified }, levels: { contact.email: full }' },
      expected: /contact\.email identifies people/,
    },
    {
      name: 'nor by an ancestor of it',
      given: { [ADS]: 'basis: { advertiser.ads: notified }, levels: { contact: full }' },
      expected: /contact\.name identifies people/,
    },
    {
      name: 'show an advertiser a token',
      given: { [ADS]: 'basis: { advertiser: notified }, levels: { cookie: masked }' },
      expected: /mask of cookie shows a part or a token/,
    },
    {
      name: 'show a third party a part',
      given: { [PANEL]: 'levels: { contact: masked }, fallback: masked' },
      expected: /mask of contact\.email shows a part or a token/,
    },
    {
      name: 'show a third party anything without consent',
      given: {
        'basis: { internal: consent, third_party.acme: consent }, levels: { contact: full }, fallback':
          'basis: { internal: consent, third_party.acme: notified }, levels: { contact: full }, fallback',
      },
      expected: /panel for third_party\.acme cannot rest on notified; expected consent or ground/,
    },
    {
      name: 'show an authority anything without a ground',
      given: {
        'basis: { internal: notified }, levels: { contact: full } }':
          'basis: { internal: notified, authority: notified }, levels: { contact: full } }',
      },
      expected: /upkeep for authority cannot rest on notified; expected ground/,
    },
    {
      name: 'disclose without a ground',
      given: { 'basis: { authority: ground }': 'basis: { internal: consent }' },
      expected: /disclosure\.law for internal cannot rest on consent; expected ground/,
    },
    {
      name: 'give access to all',
      given: { 'basis: { internal: self }': 'basis: { internal: notified }' },
      expected: /rights\.access for internal cannot rest on notified; expected self/,
    },
    {
      name: "give others a person's own rights",
      given: {
        'basis: { internal: notified, group: notified }': 'basis: { internal: notified, group: self }',
      },
      expected: /service for group cannot rest on self/,
    },
    {
      name: 'grant what is never disclosed',
      given: { 'levels: { contact: full }, lookups': 'levels: { contact: full, secret: full }, lookups' },
      expected: /secret is never disclosed; expected no level/,
    },
    {
      name: 'disclose a part of what is never disclosed',
      given: {
        '  cookie: {':
          "  secret.hint: { article: '2', identifying: true, mask: hidden, dpv: 'https://example.test/h', collected: [website] }\n  cookie: {",
      },
      expected: /secret is never disclosed; expected 'never: true' here too/,
    },
    {
      name: 'forbid to take consent back',
      given: {
        'objectable: true, suspendable: true,\n      basis: { internal: consent, third_party.acme: consent }, levels: { contact: full }, fallback':
          'objectable: false, suspendable: true,\n      basis: { internal: consent, third_party.acme: consent }, levels: { contact: full }, fallback',
      },
      expected: /panel rests on consent or serves advertisers/,
    },
    {
      name: 'forbid to opt out of advertisers',
      given: {
        [`objectable: true, suspendable: true,\n      ${ADS}`]: `objectable: false, suspendable: true,\n      ${ADS}`,
      },
      expected: /advertising rests on consent or serves advertisers/,
    },
    {
      name: 'use jointly whatever was acquired anyhow',
      given: { 'lookups: [contact.email], channels: [survey] }': 'lookups: [contact.email] }' },
      expected: /service is joint use; expected 'channels'/,
    },
    {
      name: 'fall back where consent is not the basis',
      given: { [PART]: `${PART}, fallback: masked` },
      expected: /only internal recipients whose basis is consent/,
    },
    {
      name: 'look people up for themselves',
      given: {
        'basis: { internal: self }, levels: { contact: full }':
          'basis: { internal: self }, levels: { contact: full }, lookups: [contact]',
      },
      expected: /nobody to look up/,
    },
    {
      name: 'widen an incidental recipient',
      given: { [PART]: PART.replace('internal: notified', 'internal: notified, third_party.acme: consent') },
      expected: /third_party\.acme has a wider basis than service has/,
    },
    {
      name: 'widen an incidental basis',
      given: {
        'basis: { internal: consent }, levels: { contact.email: full }':
          'basis: { internal: notified }, levels: { contact.email: full }',
      },
      expected: /internal has a wider basis than offers has/,
    },
    {
      name: 'widen an incidental category',
      given: { [PART]: PART.replace('contact: masked', 'contact: masked, cookie: full') },
      expected: /cookie has a wider level than service has/,
    },
    {
      name: 'widen an incidental level',
      given: {
        'levels: { contact: full }, lookups: [contact.email], channels':
          'levels: { contact: masked }, lookups: [contact.email], channels',
        [PART]: PART.replace('contact: masked', 'contact: full'),
      },
      expected: /contact\.email has a wider level than service has/,
    },
    {
      name: 'widen incidental lookups',
      given: { [PART]: `${PART}, lookups: [contact.name]` },
      expected: /contact\.name can be looked up, which is wider than service/,
    },
    {
      name: 'take from an incidental use the right to object',
      given: {
        [`objectable: true, suspendable: true,\n      ${PART}`]: `objectable: false, suspendable: true,\n      ${PART}`,
      },
      expected: /not objectable is wider than service/,
    },
    {
      name: 'take from an incidental use the right to suspend',
      given: {
        [`objectable: true, suspendable: true,\n      ${PART}`]: `objectable: true, suspendable: false,\n      ${PART}`,
      },
      expected: /not suspendable is wider than service/,
    },
    {
      name: 'widen incidental channels',
      given: { [PART]: PART.replace('[survey]', '[survey, telephone]') },
      expected: /more channels are wider than service/,
    },
    {
      name: 'free an incidental use of channels',
      given: { [PART]: PART.replace(', channels: [survey]', '') },
      expected: /more channels are wider than service/,
    },
    {
      name: 'let an incidental use alone fall back',
      given: {
        'basis: { internal: consent }, levels: { contact.email: full }':
          'basis: { internal: consent }, fallback: masked, levels: { contact.email: full }',
      },
      expected: /a fallback is wider than offers/,
    },
  ];
  it.each(table)('$name', ({ given, expected }) => {
    expect(refusal(given)).toMatch(expected);
  });

  it.each([
    {
      name: 'an incidental use that asks for consent where its parent need not',
      given: { [PART]: PART.replace('internal: notified', 'internal: consent') },
    },
    {
      name: 'a mask that reveals nothing for a third party',
      given: { [PANEL]: 'levels: { contact.name: masked }, fallback: masked' },
    },
  ])('but it may have $name', ({ given }) => {
    expect(refusal(given)).toBe('');
  });
});
