import { isDemoId } from '../demoIds.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';
import { generateHistory } from './history.ts';
import type { Activity } from './history.ts';

/** Starts the subgraph that owns the usage history. */
export async function startActivity(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'activity', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

function resolvers(): SubgraphResolvers {
  const history = generateHistory();
  const entries = new Map(history.map((entry) => [entry.id, entry]));
  const latestFirst = Map.groupBy(history.toReversed(), ({ userId }) => userId);

  return {
    Query: {
      activity: (_: unknown, args: PageArguments) => page(history, args, 20),
      activityByIp: (_: unknown, { ip }: { ip: string }) => history.filter((entry) => entry.ip === ip),
    },
    Activity: {
      __resolveReference: ({ id }: Reference) => entries.get(id) ?? null,
      user: ({ userId }: Activity) => ({ id: userId }),
    },
    User: {
      __resolveReference: ({ id }: Reference) => (isDemoId('u', id) ? { id } : null),
      activity: ({ id }: Reference, args: PageArguments) => page(latestFirst.get(id) ?? [], args, 10),
      lastSeenAt: ({ id }: Reference) => latestFirst.get(id)?.[0]?.at ?? null,
    },
  };
}
