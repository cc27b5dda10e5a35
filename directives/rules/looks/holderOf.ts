import type { SupergraphIndex } from '../../supergraphIndex.ts';
import { FILLERS, MACHINES, ORGANIZATIONS, PEOPLE } from './holderWords.ts';
import { wordsOf } from './wordsOf.ts';

/** Whom a type is about, as far as its name and the interfaces it implements tell. */
export type HolderKind = 'person' | 'nobody' | 'unknown';

/** More words for it, beside those of `holderWords.ts`. */
export interface MoreHolders {
  readonly people: readonly string[];
  readonly nobody: readonly string[];
}

/** The words of a type's name without what says nothing of whom it is about: `UpdateUserInput` is `update user`. */
export function holderWords(type: string): readonly string[] {
  const words = wordsOf(type);
  const end = words.findLastIndex((word) => !FILLERS.has(word));
  return words.slice(0, end + 1);
}

/** Tells what types are about, once for a supergraph. Accounts and profiles may be a company's or a machine's. */
export function createHolderOf(
  index: SupergraphIndex,
  { people, nobody }: MoreHolders,
): (type: string) => HolderKind {
  const persons = new Set([...PEOPLE, ...people.flatMap(wordsOf)]);
  const others = new Set([...ORGANIZATIONS, ...MACHINES, ...nobody.flatMap(wordsOf)]);
  const byName = (type: string): HolderKind => {
    const [last = '', before = ''] = holderWords(type).toReversed();
    if (others.has(last)) return 'nobody';
    if ((last === 'account' || last === 'profile') && others.has(before)) return 'nobody';
    return persons.has(last) ? 'person' : 'unknown';
  };
  return (type) => {
    const own = byName(type);
    if (own === 'nobody') return own;
    // An owner that may be a company is not a person, and makes none of what implements it.
    const mixed = (name: string): boolean =>
      index.possible(name).some((each) => byName(each.name) === 'nobody');
    if (index.types.get(type)?.kind !== 'OBJECT') return own === 'person' && mixed(type) ? 'unknown' : own;
    const above =
      index.types.get(type)?.interfaces.filter((name) => byName(name) === 'person' && !mixed(name)) ?? [];
    return own === 'person' || above.length > 0 ? 'person' : 'unknown';
  };
}
