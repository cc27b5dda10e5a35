import type { Person, PostalAddress } from '../people.ts';
import { badInput } from '../page.ts';

/** What `updateProfile` may change. A field left out stays; a null removes it where it may be missing. */
export interface ProfileInput {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly address?: AddressInput | null;
}

export interface AddressInput {
  readonly postalCode?: string | null;
  readonly prefecture?: string | null;
  readonly city?: string | null;
  readonly street?: string | null;
}

/**
 * The person after the change; the one given is left alone. An address is changed field by field.
 * @throws GraphQLError `BAD_USER_INPUT` for an empty name or something that is no e-mail address.
 */
export function updateProfile(person: Person, input: ProfileInput): Person {
  const name = input.name === undefined ? person.name : required(input.name, 'name');
  const email = input.email === undefined ? person.email : required(input.email, 'email');
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw badInput('Expected "email" to be an address such as a@example.com.');
  return {
    ...person,
    name,
    email,
    phone: input.phone === undefined ? person.phone : input.phone,
    address: input.address === undefined ? person.address : updateAddress(person.address, input.address),
  };
}

function required(value: string | null, field: string): string {
  const trimmed = value?.trim() ?? '';
  if (trimmed === '')
    throw badInput(`Expected "${field}" not to be empty; leave it out to keep what is stored.`);
  return trimmed;
}

function updateAddress(stored: PostalAddress | null, input: AddressInput | null): PostalAddress | null {
  if (input === null) return null;
  return { postalCode: null, prefecture: null, city: null, street: null, ...stored, ...input };
}
