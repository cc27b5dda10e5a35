import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy, parsePolicy, PolicyError } from '../../policies/loadPolicy.ts';
import { changed, SMALL_POLICY } from './smallPolicy.ts';

function problemsOf(text: string): string[] {
  try {
    parsePolicy(text, 'p.yaml');
  } catch (error) {
    if (error instanceof PolicyError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** `p.yaml:line:column` of the first place where the changed text says this. */
function placeOf(text: string, said: string): string {
  const before = text.slice(0, text.indexOf(said)).split('\n');
  return `p.yaml:${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

describe('parsePolicy', () => {
  it('reads what the file says', () => {
    const policy = parsePolicy(SMALL_POLICY, 'p.yaml');
    expect(policy.file).toBe('p.yaml');
    expect(policy.revisions).toEqual([
      { id: '2020-01-01', effective: Date.parse('2020-01-01'), significant: 'unknown', notified: 'unknown' },
    ]);
    expect(policy.categories.get('contact.name')).toMatchObject({
      key: 'contact.name',
      never: false,
      format: 'text',
    });
    expect(policy.purposes.get('panel')).toMatchObject({
      declarable: true,
      fallback: 'masked',
      channels: null,
    });
    expect(policy.purposes.get('agreed')?.declarable).toBe(false);
    expect(policy.recipients.get('advertiser.ads')?.optOut).toBe('unknown');
    expect(policy.clients.get('desk')).toEqual({
      id: 'desk',
      name: 'Desk',
      recipients: ['internal'],
      purposes: ['service', 'upkeep'],
      grounds: [],
      consentWrite: [],
      write: true,
    });
  });

  const table: readonly { name: string; given: Record<string, string>; at: string; expected: RegExp }[] = [
    {
      name: 'a misspelt key',
      given: { 'write: true': 'wrote: true' },
      at: 'wrote',
      expected: /wrote is not known here; expected a known one, perhaps write$/,
    },
    {
      name: 'a key that resembles none',
      given: { 'write: true': 'quux: true' },
      at: 'quux',
      expected: /quux is not known here; expected one of: name, recipients/,
    },
    {
      name: 'a misspelt key at the top',
      given: { 'namespace: user': 'namespace: user\nrevision: 1' },
      at: 'revision: 1',
      expected: /perhaps revisions/,
    },
    {
      name: 'a missing key',
      given: { 'name: Desk, recipients: [internal], ': 'name: Desk, ' },
      at: '{ name: Desk, purposes',
      expected: /clients › desk › recipients is missing; expected a list/,
    },
    {
      name: 'text for a list',
      given: { 'recipients: [internal], purposes: [service': 'recipients: internal, purposes: [service' },
      at: 'internal, purposes',
      expected: /clients › desk › recipients is a string; expected a list/,
    },
    {
      name: 'an unknown value',
      given: {
        'basis: { internal: notified }, levels: { contact: masked }':
          'basis: { internal: notifed }, levels: { contact: masked }',
      },
      at: 'notifed',
      expected: /expected notified, consent, ground, self \(perhaps notified\)/,
    },
    {
      name: 'no date',
      given: { 'effective: 2020-01-01': 'effective: 2020-13-01' },
      at: '2020-13-01',
      expected: /expected a date such as 2020-05-08/,
    },
    {
      name: 'an article that is a number',
      given: { "officer: { article: '6'": 'officer: { article: 6' },
      at: '6, name',
      expected: /officer › article is a number; expected the article as quoted text/,
    },
    {
      name: 'no IRI',
      given: { 'https://example.test/e': 'example' },
      at: "'example'",
      expected: /expected an IRI/,
    },
    {
      name: 'an IRI that could run',
      given: { 'https://example.test/e': 'javascript:alert(1)' },
      at: "'javascript",
      expected: /expected an IRI/,
    },
    {
      name: 'a key that is not dotted',
      given: { 'contact.name: {': 'contact name: {' },
      at: 'contact name',
      expected: /expected a dotted key/,
    },
    {
      name: 'a duplicate key',
      given: { 'namespace: user': 'namespace: user\nname: again' },
      at: 'name: again',
      expected: /not readable as YAML \(DUPLICATE_KEY\): a key stands twice in a mapping/,
    },
    {
      name: 'a reserved key',
      given: { 'clients:': 'clients:\n  __proto__: {}' },
      at: '__proto__',
      expected: /reserved/,
    },
    {
      name: 'a broken line',
      given: { 'clients:': 'clients: [' },
      at: 'many:',
      expected: /not readable as YAML/,
    },
    {
      name: 'an unknown mask',
      given: { 'mask: domain': 'mask: domian' },
      at: 'domian',
      expected: /domian is no mask of this policy; expected a known one, perhaps domain/,
    },
    {
      name: 'an unknown kind of mask',
      given: { 'kind: email': 'kind: mail' },
      at: 'mail }',
      expected: /no kind of mask/,
    },
    {
      name: "a mask's unknown parameter",
      given: { 'kind: email }': 'kind: email, parameters: { keep: 3 } }' },
      at: '{ keep',
      expected: /email mask does not take this/,
    },
    {
      name: 'an unknown way of collection',
      given: { 'collected: [website]': 'collected: [websight]' },
      at: 'websight',
      expected: /websight is no way of collection of this policy; expected one of: website/,
    },
    {
      name: 'a purpose for an unknown recipient',
      given: { 'group: notified': 'groop: notified' },
      at: 'groop',
      expected: /groop is no recipient/,
    },
    {
      name: 'a purpose for an unknown category',
      given: { 'levels: { contact: full }, lookups': 'levels: { contracts: full }, lookups' },
      at: 'contracts',
      expected: /contracts is no category.*perhaps contact/,
    },
    {
      name: 'an unknown lookup',
      given: { 'lookups: [contact.email], channels': 'lookups: [contact.mail], channels' },
      at: 'contact.mail',
      expected: /perhaps contact.email/,
    },
    {
      name: 'an unknown channel',
      given: { 'channels: [survey]': 'channels: [surveys]' },
      at: 'surveys',
      expected: /perhaps survey/,
    },
    {
      name: 'a ground for an unknown purpose',
      given: { 'purposes: [disclosure.law, service]': 'purposes: [disclosure.court]' },
      at: 'disclosure.court',
      expected: /disclosure.court is no purpose/,
    },
    {
      name: 'a client of an unknown recipient',
      given: { 'recipients: [authority, internal]': 'recipients: [authority, internet]' },
      at: 'internet',
      expected: /internet is no recipient/,
    },
    {
      name: 'a client of a kind of recipients',
      given: { 'recipients: [authority, internal]': 'recipients: [authority, third_party]' },
      at: 'third_party], purposes: [disclosure',
      expected: /third_party is no recipient/,
    },
    {
      name: 'a client of an unknown purpose',
      given: { 'purposes: [service, upkeep]': 'purposes: [service, upkep]' },
      at: 'upkep',
      expected: /perhaps upkeep/,
    },
    {
      name: 'a client of an unknown ground',
      given: { 'grounds: [law]': 'grounds: [lore]' },
      at: 'lore',
      expected: /lore is no ground.*law/,
    },
    {
      name: 'a client that writes unknown consents',
      given: { 'write: true': 'consentWrite: [offer]' },
      at: 'offer]',
      expected: /perhaps offers/,
    },
    {
      name: 'the same revision twice',
      given: {
        "notified: unknown, article: '12' }":
          "notified: unknown, article: '12' }\n  - { effective: 2020-01-01, significant: true, notified: null, article: '12' }",
      },
      at: '2020-01-01, significant: true',
      expected: /listed twice/,
    },
    {
      name: 'a recipient whose kind is not its key',
      given: { 'group: { kind: group': 'group: { kind: internal' },
      at: 'internal, name: Group',
      expected: /starts with internal/,
    },
    {
      name: 'a recipient above another',
      given: {
        'third_party.acme: {':
          "third_party: { kind: third_party, name: All, article: '7' }\n  third_party.acme: {",
      },
      at: 'third_party: {',
      expected: /leaves/,
    },
  ];
  it.each(table)('$name', ({ given, at, expected }) => {
    const text = changed(given);
    const problems = problemsOf(text);
    const place = placeOf(text, at);
    expect(
      problems.filter((problem) => expected.test(problem)).map((problem) => problem.split(': ')[0]),
    ).toContain(place);
  });

  it.each([
    { name: 'nothing', given: '', expected: /p\.yaml:1:1: the file is empty; expected a mapping/ },
    { name: 'a list', given: '- a', expected: /p\.yaml:1:1: the file is a list; expected a mapping/ },
    { name: 'text', given: 'type Query { me: User }', expected: /p\.yaml:1:\d+: / },
    {
      name: 'aliases without end',
      given:
        'a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]',
      expected: /fewer aliases/,
    },
    { name: 'an alias of nothing', given: 'a: *b', expected: /p\.yaml:1:\d+: not readable as YAML/ },
  ])('refuses $name', ({ given, expected }) => {
    expect(problemsOf(given).join('\n')).toMatch(expected);
  });

  it('lists all problems of a kind at once, in order and once each', () => {
    const problems = problemsOf(
      changed({ 'mask: domain': 'mask: domian', 'group: notified': 'groop: notified' }),
    );
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('domian');
  });

  it('points into an anchored part that aliases share', () => {
    const text = changed({
      'levels: { contact: full }, lookups': 'levels: &l { contact: full, fax: full }, lookups',
      'levels: { contact: full } }\n  offers:': 'levels: *l }\n  offers:',
    });
    expect(problemsOf(text)).toEqual([
      expect.stringContaining(`${placeOf(text, 'fax')}: fax is no category`),
    ]);
  });
});

describe('loadPolicy', () => {
  it('reads a file, and says what is wrong with its path or bytes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sudare-policy-'));
    try {
      const file = join(directory, 'policy.yaml');
      await expect(loadPolicy(file)).rejects.toThrow(
        `${file}:1:1: the file cannot be read (ENOENT); expected a policy`,
      );
      await expect(loadPolicy(directory)).rejects.toThrow('(EISDIR)');
      await writeFile(file, SMALL_POLICY);
      expect((await loadPolicy(file)).name).toBe('small');
      await writeFile(file, Buffer.from([0xff, 0xfe, 0x00]));
      await expect(loadPolicy(file)).rejects.toBeInstanceOf(PolicyError);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
