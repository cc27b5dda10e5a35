import { GraphQLError } from 'graphql';

/** The arguments of every list field of the demo; nulls mean the default. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

const MOST = 1_000;

/**
 * The next `first` items (default: `usual`, at most 1000) behind the one whose id is `after`.
 * @throws GraphQLError `BAD_USER_INPUT` when `first` is out of range or `after` names no item.
 */
export function page<Item extends { readonly id: string }>(
  items: readonly Item[],
  { first, after }: PageArguments,
  usual: number,
): readonly Item[] {
  const count = first ?? usual;
  if (count < 0 || count > MOST) {
    throw badInput(`Expected "first" between 0 and ${MOST}; ask for fewer and page on with "after".`);
  }
  if (after == null) return items.slice(0, count);
  const position = items.findIndex((item) => item.id === after);
  if (position === -1) {
    throw badInput(
      'Expected "after" to be the id of an item of this list; use the last id of the page before.',
    );
  }
  return items.slice(position + 1, position + 1 + count);
}

/** An error that says what the client should have sent. The message must not quote what it did send. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
