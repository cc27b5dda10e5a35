import type { HolderKind } from './holderOf.ts';
import { holderWords } from './holderOf.ts';
import {
  DESKS,
  MACHINES,
  ORGANIZATIONS,
  PEOPLE,
  QUALIFIERS,
  ROLES,
  SERVER_SIDE,
  SPELLINGS,
} from './holderWords.ts';
import { PERSONAL_KINDS } from './personalWords.ts';
import type { PersonalKind } from './personalWords.ts';
import { joinedWords, wordsOf } from './wordsOf.ts';

/** A field, argument or input field as the lint looks at it. */
export interface Looked {
  readonly name: string;
  /** The type that it is about: the one that holds a field, or that a field with an argument returns. */
  readonly about: string;
  readonly aboutKind: HolderKind;
  /** Named type of the value, and its kind in the schema. */
  readonly type: string;
  readonly typeKind: 'SCALAR' | 'ENUM' | 'OBJECT' | 'OTHER';
  readonly list: boolean;
}

/** Of which kind something looks to be, or `null`. */
export type Looks = (looked: Looked) => PersonalKind | null;

/** Ends of names that say `what` wherever they stand. */
type Strength = 'always' | 'mostly' | 'ofPeople';

interface Ending {
  readonly kind: PersonalKind;
  readonly strength: Strength;
}

/** Parts of an address, on a type that is one. */
const ADDRESS_PARTS = new Set(
  `address, apartment, banchi, building, city, house number, post code, postal code, prefecture, province, region, room,
  shikuchoson, state, street, suite, todofuken, town, village, ward, zip, zip code`
    .split(',')
    .map(joinedWords),
);

/** Names of a type's one value: `UserEmail.value` is an e-mail address. */
const VALUES = new Set(['address', 'number', 'raw', 'text', 'value']);

const URLS = new Set(['uri', 'url']);
const DATES = new Set(['date', 'datetime', 'time', 'timestamp', 'instant', 'localdate', 'localdatetime']);
const NUMBERS = new Set(['int', 'float', 'bigint', 'long', 'decimal', 'positiveint', 'nonnegativeint']);

/** Creates the lint's eye: the kinds of `personalWords.ts` and those that settings add. */
export function createLooks(more: readonly PersonalKind[]): Looks {
  const kinds = [...more, ...PERSONAL_KINDS];
  const endings = new Map<string, Ending>();
  const scalars = new Map<string, PersonalKind>();
  for (const kind of kinds) {
    for (const strength of ['always', 'mostly', 'ofPeople'] as const) {
      for (const phrase of kind[strength] ?? []) {
        const key = joinedWords(phrase);
        if (!endings.has(key)) endings.set(key, { kind, strength });
      }
    }
    for (const scalar of kind.scalars ?? []) scalars.set(joinedWords(scalar), kind);
  }
  const address = PERSONAL_KINDS.find(({ what }) => what === 'an address or a place');

  return (looked) => {
    const words = withoutSpelling(wordsOf(looked.name));
    const byType = looked.typeKind === 'SCALAR' ? scalars.get(joinedWords(looked.type)) : undefined;
    if (byType !== undefined && !isNobodys(words, looked.aboutKind)) return byType;
    const found = byName(words, looked) ?? byHolder(words, looked);
    return found !== null && canHold(found, looked) ? found.kind : null;
  };

  /** The longest end of the name that says something where it stands. */
  function byName(words: readonly string[], { aboutKind, list }: Looked): Ending | null {
    for (let start = 0; start < words.length; start++) {
      const ending = endings.get(words.slice(start).join(''));
      if (ending === undefined) continue;
      const before = words.slice(0, start);
      if (ending.kind.what === 'an IP address') {
        if (before.some((word) => SERVER_SIDE.has(word))) return null;
        // A list of addresses belongs to machines, unless it is said to be somebody's.
        if (list && aboutKind !== 'person' && whose(before) !== 'person') return null;
      }
      if (says(ending, before, aboutKind)) return ending;
    }
    return null;
  }

  /** A type that is an address, or one value with a type of its own. */
  function byHolder(words: readonly string[], looked: Looked): Ending | null {
    const about = holderWords(looked.about);
    const name = words.join('');
    if (VALUES.has(name)) {
      const found = byName(about, { ...looked, aboutKind: 'unknown' });
      if (found !== null && found.strength !== 'ofPeople') return found;
    }
    const last = about.at(-1) ?? '';
    const isPlace = ['address', 'juusho', 'jusho', 'residence'].includes(last) || last === 'location';
    const others = about.slice(0, -1);
    const isPersonal = last !== 'location' || others.some((word) => PEOPLE.has(word));
    const isOther = others.some(
      (word) => isNobody(word) || ['ip', 'mac', 'email', 'mail', 'web'].includes(word),
    );
    if (address === undefined || !isPlace || !isPersonal || isOther) return null;
    return ADDRESS_PARTS.has(name) || name === '' ? { kind: address, strength: 'ofPeople' } : null;
  }
}

function says({ strength }: Ending, before: readonly string[], about: HolderKind): boolean {
  const owner = whose(before);
  if (owner === 'nobody') return false;
  switch (strength) {
    case 'always':
      return true;
    case 'mostly':
      return about !== 'nobody' || owner === 'person';
    case 'ofPeople':
      return owner === 'person' || (about === 'person' && before.every((word) => QUALIFIERS.has(word)));
  }
}

/** Whose the words before say that something is: those of `billing` and `home` are looked through. */
function whose(before: readonly string[]): HolderKind {
  const last = before.findLast((word) => ROLES.has(word) || !QUALIFIERS.has(word));
  if (last === undefined) return 'unknown';
  if (ROLES.has(last)) return 'person';
  return isNobody(last) ? 'nobody' : 'unknown';
}

function isNobodys(words: readonly string[], about: HolderKind): boolean {
  return (about === 'nobody' && !words.some((word) => ROLES.has(word))) || words.some(isNobody);
}

function isNobody(word: string): boolean {
  return ORGANIZATIONS.has(word) || MACHINES.has(word) || DESKS.has(word);
}

function withoutSpelling(words: readonly string[]): readonly string[] {
  const end = words.findLastIndex((word) => !SPELLINGS.has(word));
  return end === -1 ? words : words.slice(0, end + 1);
}

/** Whether a value of the type can be what the name says: no flag, count, link or enum is an address. */
function canHold({ kind, strength }: Ending, { type, typeKind }: Looked): boolean {
  const also = new Set(kind.also);
  if (typeKind === 'OBJECT') return also.has('object');
  if (typeKind === 'ENUM') return also.has('enum');
  const name = joinedWords(type);
  if (typeKind === 'OTHER' || name === 'boolean' || URLS.has(name)) return false;
  if (name === 'id') return strength !== 'ofPeople';
  if (NUMBERS.has(name)) return also.has('number');
  if (DATES.has(name)) return also.has('date');
  return true;
}
