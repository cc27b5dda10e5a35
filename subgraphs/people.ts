import { Faker, base, en, ja } from '@faker-js/faker';
import { demoIds } from './demoIds.ts';

/** One synthetic user. Nothing of it can reach a real person; see the constants below. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly nickname: string;
  readonly email: string;
  readonly phone: string | null;
  readonly address: PostalAddress | null;
  /** ISO date. */
  readonly birthDate: string;
  readonly loginId: string;
  readonly password: string;
  readonly card: PaymentCard | null;
  readonly role: 'MEMBER' | 'MODERATOR';
  readonly plan: (typeof PLANS)[number];
  readonly trade: (typeof TRADES)[number];
  /** ISO date. */
  readonly registeredOn: string;
}

export interface PostalAddress {
  readonly postalCode: string | null;
  readonly prefecture: string | null;
  readonly city: string | null;
  readonly street: string | null;
}

export interface PaymentCard {
  readonly number: string;
  readonly brand: string;
  /** `MM/YY` */
  readonly expires: string;
}

/** Domains nobody can own: RFC 2606 §3, and those that JPRS reserves for examples. */
export const EXAMPLE_DOMAINS = [
  'example.com',
  'example.net',
  'example.org',
  'example.jp',
  'example.co.jp',
] as const;

/** Numbers that card processors publish for tests; no account stands behind them. */
export const TEST_CARDS = [
  { brand: 'Visa', number: '4242424242424242' },
  { brand: 'Mastercard', number: '5555555555554444' },
  { brand: 'JCB', number: '3566002020360505' },
  { brand: 'American Express', number: '378282246310005' },
] as const;

const PLANS = ['FREE', 'STARTER', 'PROFESSIONAL'] as const;
const TRADES = ['WRITING', 'DESIGN', 'DEVELOPMENT', 'TRANSLATION', 'DATA_ENTRY'] as const;

const SEED = 20_200_508;

/**
 * The demo's users in the order of their ids, the same at every start: odd ones Japanese, even ones English.
 * The first five have every field; later ones lack a phone number, an address or a card here and there.
 */
export function generatePeople(): readonly Person[] {
  const japanese = new Faker({ locale: [ja, en, base], seed: SEED });
  const english = new Faker({ locale: [en, base], seed: SEED + 1 });
  // Nicknames and logins take the English words everywhere, since they are part of e-mail addresses.
  return demoIds('u').map((id, index) =>
    person(id, index + 1, english, index % 2 === 0 ? japanesePlace(japanese) : englishPlace(english)),
  );
}

interface Place {
  readonly name: string;
  readonly phone: string;
  readonly address: PostalAddress;
}

function person(id: string, number: number, faker: Faker, place: Place): Person {
  const nickname = `${faker.color.human()} ${faker.animal.type()}`.replaceAll(' ', '-');
  const birth = faker.date.birthdate({ mode: 'year', min: 1950, max: 2004 });
  const registered = faker.date.between({ from: '2014-01-01', to: '2024-12-31' });
  const complete = number <= 5;
  return {
    id,
    name: place.name,
    nickname,
    email: `${nickname}.${number}@${faker.helpers.arrayElement(EXAMPLE_DOMAINS)}`,
    phone: complete || number % 7 !== 0 ? place.phone : null,
    address: complete || number % 11 !== 0 ? place.address : null,
    birthDate: isoDate(birth),
    loginId: `${faker.animal.type().replaceAll(' ', '')}${1000 + number}`,
    password: `$synthetic$${faker.string.hexadecimal({ length: 40, casing: 'lower', prefix: '' })}`,
    card: complete || number % 3 !== 0 ? card(faker) : null,
    role: number % 100 === 0 ? 'MODERATOR' : 'MEMBER',
    plan: faker.helpers.arrayElement(PLANS),
    trade: faker.helpers.arrayElement(TRADES),
    registeredOn: isoDate(registered),
  };
}

/** Japan assigns no mobile numbers with a 0 after 090, so these ring nowhere. */
function japanesePlace(faker: Faker): Place {
  return {
    name: `${faker.person.lastName()} ${faker.person.firstName()}`,
    phone: `+81 90-0${faker.string.numeric(3)}-${faker.string.numeric(4)}`,
    address: {
      postalCode: faker.location.zipCode('###-####'),
      prefecture: faker.location.state(),
      city: faker.location.city(),
      street: `${faker.location.street()} ${faker.number.int({ min: 101, max: 909 })}号室`,
    },
  };
}

/** 555-0100 to 555-0199 is what the North American Numbering Plan keeps for fiction. */
function englishPlace(faker: Faker): Place {
  const areaCode = faker.helpers.arrayElement(['202', '303', '415', '503', '617']);
  return {
    name: `${faker.person.firstName()} ${faker.person.lastName()}`,
    phone: `+1 ${areaCode}-555-01${faker.string.numeric(2)}`,
    address: {
      postalCode: faker.location.zipCode('#####'),
      prefecture: faker.location.state(),
      city: faker.location.city(),
      street: faker.location.streetAddress(),
    },
  };
}

function card(faker: Faker): PaymentCard {
  const month = String(faker.number.int({ min: 1, max: 12 })).padStart(2, '0');
  return {
    ...faker.helpers.arrayElement(TEST_CARDS),
    expires: `${month}/${faker.number.int({ min: 27, max: 32 })}`,
  };
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}
