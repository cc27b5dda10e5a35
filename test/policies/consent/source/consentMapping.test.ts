import { expect, test } from 'vitest';
import {
  loadConsentMapping,
  parseConsentMapping,
} from '../../../../policies/consent/source/consentMapping.ts';
import { PolicyError } from '../../../../policies/policyError.ts';

const SMALL = `request:
  subjects: { in: body, at: ids }
  headers:
    authorization: { env: CONSENT_TOKEN, prefix: 'Bearer ' }
    x-tenant: { value: crowdworks }
state:
  subject: { from: id }
  suspended: { absent: false }
  lastServiceUse: { from: seen, format: epochSeconds, absent: null }
  collectionMethods: { absent: [] }
  entries:
    from: consents
    purpose: { from: code }
    recipient: { absent: null }
    state: { from: status, values: { granted: GIVEN, 1: REFUSED, true: OBJECTED } }
    at: { from: at }
    expiresAt: { absent: null }
`;
const SECRET = 'secret-of-the-environment';

/** What is wrong with the small mapping once `from` stands there as `to`. */
function problemsOf(from: string, to: string): string {
  const text = SMALL.replace(from, to);
  expect(text).not.toBe(SMALL);
  try {
    parseConsentMapping(text, 'm.yaml', { CONSENT_TOKEN: SECRET });
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return String(error);
  }
  return 'nothing is wrong';
}

test('a mapping is read with its defaults and with the environment’s headers', () => {
  expect(parseConsentMapping(SMALL, 'm.yaml', { CONSENT_TOKEN: SECRET })).toMatchObject({
    request: { method: 'POST', batch: 100, parallel: 4, subjects: { ids: 'full' } },
    answer: { form: 'list', missing: 'unavailable', notFound: 'unavailable', leaseMs: 0 },
    state: {
      reference: { absent: null },
      entries: { state: { values: { '1': 'REFUSED', true: 'OBJECTED' } } },
    },
    headers: { authorization: `Bearer ${SECRET}`, 'x-tenant': 'crowdworks' },
  });
});

const rows: readonly { name: string; from: string; to: string; expected: RegExp }[] = [
  {
    name: 'an unknown key',
    from: '  subject: { from: id }',
    to: '  subject: { form: id }',
    expected: /m\.yaml:7:14: the key form is not known here; expected a known one, perhaps from/,
  },
  {
    name: 'an unknown key within a union of forms',
    from: 'suspended: { absent: false }',
    to: 'suspended: { absent: false, ignore: [a] }',
    expected: /m\.yaml:8:\d+: the key ignore is not known here/,
  },
  {
    name: 'a path to a prototype',
    from: 'from: consents',
    to: 'from: consents.__proto__',
    expected: /m\.yaml:12:11: .*expected a path without __proto__/,
  },
  {
    name: 'a path with an empty step',
    from: 'from: consents',
    to: 'from: consents..given',
    expected: /m\.yaml:12:11: .*expected a dotted path/,
  },
  {
    name: 'a reserved key',
    from: '{ granted: GIVEN,',
    to: '{ __proto__: GIVEN,',
    expected: /m\.yaml:15:\d+: the key __proto__ is reserved/,
  },
  {
    name: 'a state that is none of ours',
    from: 'granted: GIVEN',
    to: 'granted: ALLOWED',
    expected: /m\.yaml:15:\d+: .*expected GIVEN, REFUSED, WITHDRAWN, OBJECTED/,
  },
  {
    name: 'a field that stands nowhere',
    from: 'suspended: { absent: false }',
    to: 'suspended: {}',
    expected: /m\.yaml:8:\d+: .*expected `from`, the path to it, or `absent`/,
  },
  {
    name: 'an absent permission',
    from: 'state: { from: status,',
    to: 'state: { from: status, absent: GIVEN,',
    expected: /the key absent is not known here/,
  },
  {
    name: 'a time in an unknown format',
    from: 'format: epochSeconds',
    to: 'format: unix',
    expected: /m\.yaml:9:\d+: .*expected iso, epochSeconds, epochMilliseconds/,
  },
  {
    name: 'a list without what tells its states apart',
    from: '  subject: { from: id }\n',
    to: '',
    expected: /expected `state\.subject`/,
  },
  {
    name: 'a body whose place for ids is not said',
    from: ', at: ids',
    to: '',
    expected: /m\.yaml:2:\d+: .*expected `at`/,
  },
  {
    name: 'ids without their namespace, which is not said',
    from: ', at: ids',
    to: ', at: ids, ids: local',
    expected: /m\.yaml:2:\d+: .*expected `namespace`/,
  },
  {
    name: 'a body that GET cannot have',
    from: 'request:\n',
    to: 'request:\n  method: GET\n',
    expected: /expected `method: POST`/,
  },
  {
    name: 'a place for the subject in a path that is not for it',
    from: 'request:\n',
    to: 'request:\n  path: /people/{subject}\n',
    expected: /expected \{subject\} in `path` where `subjects.in` is path/,
  },
  {
    name: 'single answers where many are asked about',
    from: 'state:\n  subject',
    to: 'answer: { form: one }\nstate:\n  subject',
    expected: /expected `answer.form: one` where `request.subjects.in` is path/,
  },
  {
    name: 'a lease of years',
    from: 'state:\n  subject',
    to: 'answer: { leaseMs: 86400000 }\nstate:\n  subject',
    expected: /m\.yaml:6:20: .*expected at most 3600000/,
  },
  {
    name: 'a header that is the request’s own',
    from: 'x-tenant:',
    to: 'host:',
    expected: /m\.yaml:5:5: .*expected a header other than/,
  },
  {
    name: 'a header that is both secret and not',
    from: '{ value: crowdworks }',
    to: '{ value: crowdworks, env: TENANT }',
    expected: /m\.yaml:5:\d+: .*expected either `env`/,
  },
  {
    name: 'a variable that is not set',
    from: 'env: CONSENT_TOKEN',
    to: 'env: CONSENT_TOKENS',
    expected: /m\.yaml:4:20: the environment variable CONSENT_TOKENS is not set/,
  },
  {
    name: 'what is no YAML',
    from: 'request:',
    to: 'request: {',
    expected: /m\.yaml:\d+:\d+: not readable as YAML/,
  },
];

test.each(rows)('refuses $name', ({ from, to, expected }) => {
  const problems = problemsOf(from, to);
  expect(problems).toMatch(expected);
  expect(problems).not.toContain(SECRET);
});

test('refuses a variable that no header may hold, without telling it', () => {
  const given = { CONSENT_TOKEN: 'two\r\nx-lines: 1' };
  expect(() => parseConsentMapping(SMALL, 'm.yaml', given)).toThrow(
    /^m\.yaml:4:20: the header authorization has characters that no header may have; expected ASCII$/,
  );
});

test('refuses a file that is not there', async () => {
  await expect(loadConsentMapping('nowhere.yaml', {})).rejects.toThrow(
    'nowhere.yaml:1:1: the file cannot be read (ENOENT); expected a consent mapping as YAML in UTF-8',
  );
});
