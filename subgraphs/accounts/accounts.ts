import { isDemoId } from '../demoIds.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { generatePeople } from '../people.ts';
import type { Person } from '../people.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';
import { updateProfile } from './updateProfile.ts';
import type { ProfileInput } from './updateProfile.ts';

/** Starts the subgraph that owns users and what identifies them. Profile changes last until it stops. */
export async function startAccounts(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'accounts', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

function resolvers(): SubgraphResolvers {
  const people = new Map(generatePeople().map((person) => [person.id, person]));
  const find = (id: string): Person | null => people.get(id) ?? null;

  return {
    Query: {
      user: (_: unknown, { id }: Reference) => find(id),
      users: (_: unknown, args: PageArguments) => page([...people.values()], args, 20),
      usersByEmail: (_: unknown, { email }: { email: string }) => {
        const wanted = email.toLowerCase();
        return [...people.values()].filter((person) => person.email.toLowerCase() === wanted);
      },
      node: (_: unknown, { id }: Reference) => {
        if (isDemoId('j', id)) return { __typename: 'Job', id };
        if (isDemoId('m', id)) return { __typename: 'Message', id };
        const person = find(id);
        return person === null ? null : { __typename: 'User', ...person };
      },
    },
    Mutation: {
      updateProfile: (_: unknown, { id, input }: { id: string; input: ProfileInput }) => {
        const stored = find(id);
        if (stored === null) return null;
        const updated = updateProfile(stored, input);
        people.set(id, updated);
        return updated;
      },
    },
    User: {
      __resolveReference: ({ id }: Reference) => find(id),
    },
  };
}
