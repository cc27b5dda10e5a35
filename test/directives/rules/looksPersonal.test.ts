import { describe, expect, it } from 'vitest';
import { closeSupergraph } from '../../../directives/closedSupergraph.ts';
import { looksPersonal } from '../../../directives/rules/looksPersonal.ts';
import { indexSupergraph } from '../../../directives/supergraphIndex.ts';
import { loadPolicy } from '../../../policies/loadPolicy.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { composed } from '../composed.ts';

const policy = await loadPolicy('policies/crowdworks/policy.yaml');

/** What is found in one schema, with the category that is suggested. */
function found(schema: string, options?: unknown): readonly string[] {
  const sdl = composed({ only: schema });
  const closed = closeSupergraph(indexSupergraph(sdl, 'without positions'), []);
  return [...looksPersonal.check({ ...closed, policy, subgraphs: [] }, options)].map(
    ({ coordinate, mend }) => `${coordinate} ${/category: "([^"]*)"/.exec(mend ?? '')?.[1] ?? ''}`,
  );
}

const SCALARS = `scalar EmailAddress scalar PhoneNumber scalar IPv4 scalar DateOfBirth scalar Date scalar DateTime
  scalar URL scalar JSON enum Sex { A B } enum Kind { A B }`;

describe('a field of a type', () => {
  const table: readonly { type: string; field: string; expected: string | null }[] = [
    // Names that say it wherever they stand.
    { type: 'Order', field: 'email: String', expected: 'contact.email' },
    { type: 'Order', field: 'contactEmailAddress: String', expected: 'contact.email' },
    { type: 'Order', field: 'e_mail: String', expected: 'contact.email' },
    { type: 'Order', field: 'emails: [String!]!', expected: 'contact.email' },
    { type: 'Order', field: 'EMAIL_2: String', expected: 'contact.email' },
    { type: 'Order', field: 'meeruAdoresu: String', expected: 'contact.email' },
    { type: 'Order', field: 'billing_phone: String', expected: 'contact.telephone' },
    { type: 'Order', field: 'tel: Int', expected: 'contact.telephone' },
    { type: 'Order', field: 'telNo: String', expected: 'contact.telephone' },
    { type: 'Order', field: 'denwa_bangou: String', expected: 'contact.telephone' },
    { type: 'Order', field: 'keitai: String', expected: 'contact.telephone' },
    { type: 'Order', field: 'shippingAddress: String', expected: 'contact.address' },
    { type: 'Order', field: 'postalCode: String', expected: 'contact.address' },
    { type: 'Order', field: 'yuubinBangou: String', expected: 'contact.address' },
    { type: 'Order', field: 'juusho: String', expected: 'contact.address' },
    { type: 'Order', field: 'todofuken: String', expected: 'contact.address' },
    { type: 'Order', field: 'firstName: String', expected: 'identity.name' },
    { type: 'Order', field: 'lastNameKana: String', expected: 'identity.name' },
    { type: 'Order', field: 'shimei: String', expected: 'identity.name' },
    { type: 'Order', field: 'furigana: String', expected: 'identity.name' },
    { type: 'Order', field: 'dob: String', expected: 'identity.birthdate' },
    { type: 'Order', field: 'seinengappi: Date', expected: 'identity.birthdate' },
    { type: 'Order', field: 'birthYear: Int', expected: 'identity.birthdate' },
    { type: 'Order', field: 'mynumber: String', expected: 'identity.name' },
    { type: 'Order', field: 'ssn: ID', expected: 'identity.name' },
    { type: 'Order', field: 'gender: Sex', expected: 'identity.name' },
    { type: 'Order', field: 'clientIp: String', expected: 'network.ip' },
    { type: 'Order', field: 'IPAddress: String', expected: 'network.ip' },
    { type: 'Order', field: 'ipv6: String', expected: 'network.ip' },
    { type: 'Order', field: 'userAgent: String', expected: 'device.userAgent' },
    { type: 'Order', field: 'cookieId: ID', expected: 'cookie.id' },
    { type: 'Order', field: 'creditCardNumber: String', expected: 'payment.card.number' },
    { type: 'Order', field: 'cardLast4: String', expected: 'payment.card' },
    { type: 'Order', field: 'passwordHash: String', expected: 'account.password' },
    // Names that say it after a person.
    { type: 'Order', field: 'customerName: String', expected: 'identity.name' },
    { type: 'Order', field: 'authorLocation: String', expected: 'contact.address' },
    { type: 'Order', field: 'userName: String', expected: 'account.loginId' },
    // Names that say it on a person.
    { type: 'User', field: 'name: String', expected: 'identity.name' },
    { type: 'TeamMember', field: 'full_name: String', expected: 'identity.name' },
    { type: 'Kaiin', field: 'namae: String', expected: 'identity.name' },
    { type: 'User', field: 'location: String', expected: 'contact.address' },
    { type: 'User', field: 'homeCity: String', expected: 'contact.address' },
    { type: 'User', field: 'lat: Float', expected: 'contact.address' },
    { type: 'User', field: 'age: Int', expected: 'identity.birthdate' },
    { type: 'User', field: 'displayName: String', expected: 'identity.nickname' },
    { type: 'User', field: 'lastLoginAt: DateTime', expected: 'usage.history' },
    // Types that say it whatever the name.
    { type: 'Order', field: 'reachedBy: EmailAddress', expected: 'contact.email' },
    { type: 'Order', field: 'reachedAt: PhoneNumber', expected: 'contact.telephone' },
    { type: 'Order', field: 'from: IPv4', expected: 'network.ip' },
    { type: 'Order', field: 'since: DateOfBirth', expected: 'identity.birthdate' },
    { type: 'UserEmail', field: 'value: String', expected: 'contact.email' },
    { type: 'HomeAddress', field: 'line1: String', expected: null },
    { type: 'HomeAddress', field: 'city: String', expected: 'contact.address' },
    // Things have names and places too.
    { type: 'Repository', field: 'name: String', expected: null },
    { type: 'Job', field: 'name: String', expected: null },
    { type: 'File', field: 'name: String', expected: null },
    { type: 'Company', field: 'name: String', expected: null },
    { type: 'User', field: 'companyName: String', expected: null },
    { type: 'User', field: 'fileName: String', expected: null },
    { type: 'User', field: 'nameWithOwner: String', expected: null },
    { type: 'Order', field: 'location: String', expected: null },
    { type: 'Order', field: 'city: String', expected: null },
    { type: 'UserList', field: 'name: String', expected: null },
    { type: 'ServiceAccount', field: 'name: String', expected: null },
    { type: 'CompanyAddress', field: 'city: String', expected: null },
    // What a company or a machine is reached at.
    { type: 'Company', field: 'email: String', expected: null },
    { type: 'Company', field: 'representativeEmail: String', expected: 'contact.email' },
    { type: 'Order', field: 'supportEmail: String', expected: null },
    { type: 'Order', field: 'shopPhone: String', expected: null },
    { type: 'Server', field: 'ipAddress: String', expected: null },
    { type: 'Order', field: 'serverIp: String', expected: null },
    { type: 'Order', field: 'allowedRangeIps: [String!]', expected: null },
    { type: 'Order', field: 'ipAddresses: [String!]', expected: null },
    { type: 'User', field: 'ipAddresses: [String!]', expected: 'network.ip' },
    // What cannot hold it.
    { type: 'User', field: 'isEmailVerified: Boolean', expected: null },
    { type: 'User', field: 'createdViaEmail: Boolean', expected: null },
    { type: 'User', field: 'ipAllowListEnabled: Boolean', expected: null },
    { type: 'User', field: 'emails: Int', expected: null },
    { type: 'User', field: 'emailCount: Int', expected: null },
    { type: 'User', field: 'phone: Kind', expected: null },
    { type: 'User', field: 'addressId: ID', expected: null },
    { type: 'User', field: 'location: ID', expected: null },
    { type: 'User', field: 'email: URL', expected: null },
    { type: 'User', field: 'name: DateTime', expected: null },
    { type: 'User', field: 'id: ID', expected: null },
    { type: 'User', field: 'constructor: String', expected: null },
    { type: 'User', field: '_: String', expected: null },
  ];

  it.each(table)('$type { $field } → $expected', ({ type, field, expected }) => {
    const [name = ''] = field.split(':', 1);
    const schema = `${SCALARS} type Query { it: ${type} } type ${type} { ${field} }`;
    expect(found(schema)).toEqual(expected === null ? [] : [`${type}.${name} ${expected}`]);
  });
});

describe('elsewhere', () => {
  const table = [
    {
      name: 'arguments, by what is asked for',
      given: `type Query { user(name: String, email: String, id: ID): User repository(name: String): Repository }
        type User { id: ID } type Repository { id: ID }`,
      expected: ['Query.user(name:) identity.name', 'Query.user(email:) contact.email'],
    },
    {
      name: 'input fields',
      given: `type Query { a(user: CreateUserInput, job: JobFilter): Int }
        input CreateUserInput { name: String phone: String } input JobFilter { name: String }`,
      expected: ['CreateUserInput.name identity.name', 'CreateUserInput.phone contact.telephone'],
    },
    {
      name: 'an interface, once, where all that implement it have it',
      given: `type Query { all: [Entry] } interface Entry { ip: String }
        type A implements Entry { ip: String } type B implements Entry { ip: String }`,
      expected: ['Entry.ip network.ip'],
    },
    {
      name: 'the people alone, where an organization implements it too',
      given: `type Query { all: [Owner] } interface Owner { email: String name: String }
        type User implements Owner { email: String name: String }
        type Organization implements Owner { email: String name: String }`,
      expected: ['User.email contact.email', 'User.name identity.name'],
    },
    {
      name: 'the whole of an address once, and not a company’s',
      given: `type Query { user: User company: Company } type User { address: Address }
        type Company { address: Address } type Address { street: String city: String }`,
      expected: ['User.address contact.address'],
    },
    {
      name: 'the rest of an address of which part has been annotated',
      given: `type Query { user: User } type User @personal(subject: ["id"]) { id: ID address: Address }
        type Address { street: String @personal(category: "contact.address") city: String }`,
      expected: ['Address.city contact.address'],
    },
    {
      name: 'an address that is reached in another way',
      given: `type Query { user: User find: Address } type User { address: Address } type Address { street: String }`,
      expected: ['Address.street contact.address', 'User.address contact.address'],
    },
  ];
  it.each(table)('$name', ({ given, expected }) => {
    expect(found(given)).toEqual(expected);
  });
});

it('finds what an interface object gives to all types where it is written', () => {
  const sdl = composed({
    people: `type Query { all: [Person!]! } interface Person @key(fields: "id") { id: ID! }
      type User implements Person @key(fields: "id") { id: ID! }`,
    phones: 'type Person @key(fields: "id") @interfaceObject { id: ID! phone: String }',
  });
  const closed = closeSupergraph(indexSupergraph(sdl, 'without positions'), []);
  const violations = [...looksPersonal.check({ ...closed, policy, subgraphs: [] }, undefined)];
  expect(violations.map(({ coordinate }) => coordinate)).toEqual(['Person.phone']);
});

describe('nothing is found where something has been said', () => {
  const table = [
    {
      name: 'on the field',
      given: 'type User { id: ID email: String @personal(category: "contact.email") }',
    },
    { name: 'on the type', given: 'type User @personal(category: "contact.email") { id: ID email: String }' },
    {
      name: 'on the scalar',
      given:
        'scalar EmailAddress @personal(category: "contact.email") type User { id: ID email: EmailAddress }',
    },
    {
      name: 'around it',
      given: `type User { id: ID home: Address @personal(category: "contact.address") }
        type Address { street: String }`,
    },
    {
      name: 'by a reviewed declassification of the field',
      given: 'type User { id: ID email: String @personal(category: "none", reason: "Published.") }',
    },
    {
      name: 'by a reviewed declassification of the type',
      given:
        'type User @personal(category: "none", reason: "A character of a game.") { id: ID name: String }',
    },
    {
      name: 'on an input type',
      given: `type User { id(by: By): ID } input By @personal(category: "contact.email") { email: String }`,
    },
    {
      name: 'on an argument',
      given: 'type User { id(email: String @personal(category: "contact.email")): ID }',
    },
  ];
  it.each(table)('$name', ({ given }) => {
    expect(found(`type Query { user: User } ${given}`)).toEqual([]);
  });

  it('by settings', () => {
    const schema = 'type Query { user: User } type User { email: String name: String }';
    expect(found(schema, { ignore: ['User.e*'] })).toEqual(['User.name identity.name']);
    expect(found(schema, { ignore: ['*'] })).toEqual([]);
    expect(found(schema, { ignore: ['User'] })).toHaveLength(2);
    expect(found(schema, { nobody: ['user'] })).toEqual([]);
  });
});

describe('settings add', () => {
  it('words', () => {
    const schema = 'type Query { a: A } type A { kaiinBangou: Int other: String }';
    expect(found(schema)).toEqual([]);
    expect(found(schema, { words: { 'account.loginId': ['kaiin bangou'] } })).toEqual([
      'A.kaiinBangou account.loginId',
    ]);
  });

  it('people', () => {
    const schema = 'type Query { a: Gopher } type Gopher { name: String }';
    expect(found(schema)).toEqual([]);
    expect(found(schema, { people: ['gopher'] })).toEqual(['Gopher.name identity.name']);
  });

  it.each([{ word: {} }, { ignore: 'User' }, { words: { a: [1] } }])(
    'nothing that is misspelt: %j',
    (given) => {
      expect(looksPersonal.options?.safeParse(given).success).toBe(false);
    },
  );
});

it('leaves the category open where the policy has none that is near', () => {
  const sdl = composed({ only: 'type Query { a: String @deprecated clientIp: String }' });
  const closed = closeSupergraph(indexSupergraph(sdl, 'without positions'), []);
  const [violation] = looksPersonal.check({ ...closed, policy: smallPolicy(), subgraphs: [] }, undefined);
  expect(violation?.mend).toMatch(/^@personal\(category: "…"\)/);
});
