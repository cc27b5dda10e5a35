import { listDeals } from '../deals.ts';
import { demoId, isDemoId } from '../demoIds.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { TEST_CARDS, generatePeople } from '../people.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';

/** Starts the subgraph that owns what clients pay and workers receive. */
export async function startPayments(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'payments', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

interface Payment {
  readonly id: string;
  readonly contractId: string;
  readonly payerId: string;
  readonly amount: number;
  readonly cardBrand: string;
  readonly cardLast4: string;
  readonly paidAt: string;
}

interface Payout {
  readonly id: string;
  readonly contractId: string;
  readonly payeeId: string;
  readonly amount: number;
  readonly state: 'PLANNED' | 'PAID';
  readonly plannedFor: string;
}

const DAY = 86_400_000;
/** What the marketplace keeps of a fee. */
const SHARE = 0.2;

function resolvers(): SubgraphResolvers {
  const deals = listDeals();
  const cards = new Map(generatePeople().map(({ id, card }) => [id, card]));
  const paymentList = deals.map((deal, index): Payment => {
    const { brand, number } = cards.get(deal.clientId) ?? TEST_CARDS[0];
    return {
      id: demoId('pay', index + 1),
      contractId: deal.contractId,
      payerId: deal.clientId,
      amount: deal.fee,
      cardBrand: brand,
      cardLast4: number.slice(-4),
      paidAt: new Date(deal.signedAt + DAY).toISOString(),
    };
  });
  const payoutList = deals.map((deal, index): Payout => ({
    id: demoId('out', index + 1),
    contractId: deal.contractId,
    payeeId: deal.workerId,
    amount: Math.round(deal.fee * (1 - SHARE)),
    state: index % 5 === 4 ? 'PLANNED' : 'PAID',
    plannedFor: new Date(deal.signedAt + 30 * DAY).toISOString(),
  }));
  const payments = new Map(paymentList.map((payment) => [payment.id, payment]));
  const payouts = new Map(payoutList.map((payout) => [payout.id, payout]));
  const paymentByContract = new Map(paymentList.map((payment) => [payment.contractId, payment]));
  const payoutByContract = new Map(payoutList.map((payout) => [payout.contractId, payout]));
  const byPayer = Map.groupBy(paymentList, ({ payerId }) => payerId);
  const byPayee = Map.groupBy(payoutList, ({ payeeId }) => payeeId);

  return {
    Query: {
      payment: (_: unknown, { id }: Reference) => payments.get(id) ?? null,
      payments: (_: unknown, args: PageArguments) => page(paymentList, args, 20),
    },
    Payment: {
      __resolveReference: ({ id }: Reference) => payments.get(id) ?? null,
      contract: ({ contractId }: Payment) => ({ id: contractId }),
      payer: ({ payerId }: Payment) => ({ id: payerId }),
    },
    Payout: {
      __resolveReference: ({ id }: Reference) => payouts.get(id) ?? null,
      contract: ({ contractId }: Payout) => ({ id: contractId }),
      payee: ({ payeeId }: Payout) => ({ id: payeeId }),
    },
    Contract: {
      __resolveReference: ({ id }: Reference) => (isDemoId('c', id) ? { id } : null),
      payment: ({ id }: Reference) => paymentByContract.get(id) ?? null,
      payout: ({ id }: Reference) => payoutByContract.get(id) ?? null,
    },
    User: {
      __resolveReference: ({ id }: Reference) => (isDemoId('u', id) ? { id } : null),
      payments: ({ id }: Reference, args: PageArguments) => page(byPayer.get(id) ?? [], args, 10),
      payouts: ({ id }: Reference, args: PageArguments) => page(byPayee.get(id) ?? [], args, 10),
    },
  };
}
