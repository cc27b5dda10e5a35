import { listDeals } from '../deals.ts';
import type { Deal } from '../deals.ts';
import { demoId, demoIds, isDemoId } from '../demoIds.ts';
import { groupByEach } from '../groupByEach.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';

/** Starts the subgraph that owns what clients and workers write to each other. */
export async function startMessages(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'messages', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

interface Thread {
  readonly id: string;
  readonly title: string;
  readonly participantIds: readonly string[];
}

interface Message {
  readonly id: string;
  readonly threadId: string;
  readonly senderId: string;
  readonly recipientId: string;
  readonly body: string;
  readonly sentAt: string;
  readonly read: boolean;
}

const TURNS = [
  'Thank you for taking the job. When can you send a first version?',
  'On Friday morning. May I use your photographs?',
  'Please do; they are in the shared folder.',
  'Here it is. I look forward to what you think of it.',
] as const;

const HOUR = 3_600_000;

function resolvers(): SubgraphResolvers {
  const deals = listDeals();
  const threadList = demoIds('t').flatMap((id, index): Thread[] => {
    const deal = deals[index];
    if (deal === undefined) return [];
    return [{ id, title: `About ${deal.contractId}`, participantIds: [deal.clientId, deal.workerId] }];
  });
  const threads = new Map(threadList.map((thread) => [thread.id, thread]));
  const messageList = deals.flatMap(messagesOf);
  const messages = new Map(messageList.map((message) => [message.id, message]));
  const byThread = Map.groupBy(messageList, ({ threadId }) => threadId);
  const byParty = groupByEach(messageList, ({ senderId, recipientId }) => [senderId, recipientId]);
  const threadsByParty = groupByEach(threadList, ({ participantIds }) => participantIds);

  return {
    Query: {
      message: (_: unknown, { id }: Reference) => messages.get(id) ?? null,
      messages: (_: unknown, args: PageArguments) => page(messageList, args, 20),
      thread: (_: unknown, { id }: Reference) => threads.get(id) ?? null,
    },
    Message: {
      __resolveReference: ({ id }: Reference) => messages.get(id) ?? null,
      thread: ({ threadId }: Message) => threads.get(threadId),
      sender: ({ senderId }: Message) => ({ id: senderId }),
      recipient: ({ recipientId }: Message) => ({ id: recipientId }),
    },
    Thread: {
      __resolveReference: ({ id }: Reference) => threads.get(id) ?? null,
      participants: ({ participantIds }: Thread) => participantIds.map((id) => ({ id })),
      messages: ({ id }: Thread, args: PageArguments) => page(byThread.get(id) ?? [], args, 10),
    },
    User: {
      __resolveReference: ({ id }: Reference) => (isDemoId('u', id) ? { id } : null),
      threads: ({ id }: Reference, args: PageArguments) => page(threadsByParty.get(id) ?? [], args, 10),
      messages: ({ id }: Reference, args: PageArguments) =>
        page((byParty.get(id) ?? []).toReversed(), args, 10),
    },
  };
}

/** The client writes first, then they take turns. */
function messagesOf(deal: Deal, index: number): readonly Message[] {
  return TURNS.map((body, turn) => {
    const fromClient = turn % 2 === 0;
    return {
      id: demoId('m', index * TURNS.length + turn + 1),
      threadId: demoId('t', index + 1),
      senderId: fromClient ? deal.clientId : deal.workerId,
      recipientId: fromClient ? deal.workerId : deal.clientId,
      body,
      sentAt: new Date(deal.signedAt + (turn + 1) * HOUR).toISOString(),
      read: turn < TURNS.length - 1,
    };
  });
}
