import { demoIds } from '../demoIds.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { generatePeople } from '../people.ts';
import type { Person } from '../people.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';

/** Starts the subgraph that owns what users ask the help desk. */
export async function startInquiries(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'inquiries', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

interface Reply {
  readonly text: string;
  readonly sentAt: string;
}

interface Inquiry {
  readonly id: string;
  readonly fromId: string;
  readonly topic: (typeof QUESTIONS)[number]['topic'];
  readonly body: string;
  readonly contactEmail: string;
  readonly receivedAt: string;
  readonly replies: readonly Reply[];
}

type InquiryOrder = 'OLDEST' | 'NEWEST' | 'CONTACT_EMAIL';

const QUESTIONS = [
  {
    topic: 'ACCOUNT',
    body: 'I cannot log in since I changed my telephone.',
    reply: 'We have sent you a new link.',
  },
  {
    topic: 'PAYMENT',
    body: '支払いの領収書はどこで受け取れますか。',
    reply: 'マイページの「支払い」からどうぞ。',
  },
  {
    topic: 'CONTRACT',
    body: 'The client no longer answers. What can I do?',
    reply: 'We have written to them.',
  },
  { topic: 'PRIVACY', body: '登録している住所を削除してください。', reply: '削除いたしました。' },
] as const;

const DAY = 86_400_000;

function resolvers(): SubgraphResolvers {
  const people = new Map(generatePeople().map((person) => [person.id, person]));
  const oldestFirst = listInquiries([...people.values()]);
  const inquiries = new Map(oldestFirst.map((inquiry) => [inquiry.id, inquiry]));
  const bySender = Map.groupBy(oldestFirst, ({ fromId }) => fromId);

  return {
    Query: {
      inquiry: (_: unknown, { id }: Reference) => inquiries.get(id) ?? null,
      inquiries: (_: unknown, { orderBy, ...args }: PageArguments & { orderBy?: InquiryOrder | null }) =>
        page(ordered(oldestFirst, orderBy ?? 'OLDEST'), args, 20),
    },
    Inquiry: {
      __resolveReference: ({ id }: Reference) => inquiries.get(id) ?? null,
      from: ({ fromId }: Inquiry) => ({ id: fromId }),
    },
    User: {
      __resolveReference: ({ id }: Reference) => (people.has(id) ? { id } : null),
      nickname: ({ id }: Reference) => people.get(id)?.nickname ?? null,
      inquiries: ({ id }: Reference, args: PageArguments) => page(bySender.get(id) ?? [], args, 10),
    },
  };
}

/** The first half of the people asked once each; every third still waits for a reply. */
function listInquiries(people: readonly Person[]): readonly Inquiry[] {
  const first = Date.UTC(2025, 2, 1, 1);
  return demoIds('q').flatMap((id, index): Inquiry[] => {
    const person = people[index];
    const question = QUESTIONS[index % QUESTIONS.length];
    if (person === undefined || question === undefined) return [];
    const receivedAt = first + index * DAY;
    return [
      {
        id,
        fromId: person.id,
        topic: question.topic,
        body: question.body,
        contactEmail: person.email,
        receivedAt: new Date(receivedAt).toISOString(),
        replies:
          index % 3 === 2
            ? []
            : [{ text: question.reply, sentAt: new Date(receivedAt + DAY / 4).toISOString() }],
      },
    ];
  });
}

function ordered(oldestFirst: readonly Inquiry[], order: InquiryOrder): readonly Inquiry[] {
  if (order === 'NEWEST') return oldestFirst.toReversed();
  if (order === 'CONTACT_EMAIL') {
    return oldestFirst.toSorted((a, b) => (a.contactEmail < b.contactEmail ? -1 : 1));
  }
  return oldestFirst;
}
