import { Faker, base, en } from '@faker-js/faker';
import { listDeals } from '../deals.ts';
import type { Deal } from '../deals.ts';
import { DEMO_COUNTS, demoId, demoIds } from '../demoIds.ts';
import { generatePeople } from '../people.ts';
import type { Person } from '../people.ts';

export interface Job {
  readonly id: string;
  readonly title: string;
  readonly trade: Person['trade'];
  readonly budget: number;
  /** A user or an agency. */
  readonly postedById: string;
  readonly postedAt: string;
}

export interface Proposal {
  readonly id: string;
  readonly jobId: string;
  readonly workerId: string;
  readonly text: string;
  readonly fee: number;
  readonly sentAt: string;
}

export interface Contract extends Deal {
  readonly id: string;
  readonly terms: string;
  /** ISO date. */
  readonly signedOn: string;
}

/** Everything the jobs subgraph owns, in the order of the ids. */
export interface Market {
  readonly jobs: readonly Job[];
  readonly proposals: readonly Proposal[];
  readonly contracts: readonly Contract[];
  readonly tradeOf: ReadonlyMap<string, Person['trade']>;
}

const TITLES: Readonly<Record<Person['trade'], readonly string[]>> = {
  WRITING: ['Product texts for a tea shop', 'Articles about moving house', 'Newsletter for a bakery'],
  DESIGN: ['Logo for a café in Kobe', 'Banner set for a spring sale', 'Flyer for a music school'],
  DEVELOPMENT: ['Booking form for a hair salon', 'Stock list in a spreadsheet', 'Shop system upgrade'],
  TRANSLATION: ['Menu into English', 'User guide into Japanese', 'Subtitles for a travel film'],
  DATA_ENTRY: ['Opening hours of 200 shops', 'Receipts into a ledger', 'Labels for 1,000 photographs'],
};

const DAY = 86_400_000;

/** The demo's jobs, proposals and contracts, the same at every start. */
export function generateMarket(): Market {
  const faker = new Faker({ locale: [en, base], seed: 40_021 });
  const deals = listDeals();
  const people = generatePeople();
  const trades = Object.keys(TITLES).filter(isTrade);
  const jobs = demoIds('j').map((id, index): Job => {
    const deal = deals[index];
    const trade = faker.helpers.arrayElement(trades);
    return {
      id,
      title: faker.helpers.arrayElement(TITLES[trade]),
      trade,
      budget: (deal?.fee ?? faker.number.int({ min: 5, max: 90 }) * 1_000) + 2_000,
      // Every fourth job comes through an agency; who waits for a worker without a contract is any user.
      postedById:
        index % 4 === 3
          ? demoId('a', (index % DEMO_COUNTS.a) + 1)
          : (deal?.clientId ?? demoId('u', index + 1)),
      postedAt: new Date((deal?.signedAt ?? Date.UTC(2025, 11, 1)) - 7 * DAY).toISOString(),
    };
  });
  const proposals = demoIds('p').map((id, index): Proposal => {
    // Two for each job: one of whoever got the contract, one of somebody else.
    const job = jobs[Math.floor(index / 2)] ?? impossible('job');
    const deal = index % 2 === 0 ? deals[Math.floor(index / 2)] : undefined;
    return {
      id,
      jobId: job.id,
      workerId: deal?.workerId ?? demoId('u', faker.number.int({ min: 1, max: DEMO_COUNTS.u })),
      text: `I have done ${faker.number.int({ min: 2, max: 40 })} jobs like this and can start ${faker.date.weekday()}.`,
      fee: deal?.fee ?? job.budget - 1_000,
      sentAt: new Date(
        Date.parse(job.postedAt) + faker.number.int({ min: 1, max: 90 }) * 3_600_000,
      ).toISOString(),
    };
  });
  const contracts = deals.map((deal): Contract => ({
    ...deal,
    id: deal.contractId,
    terms: `Delivery within ${faker.number.int({ min: 7, max: 30 })} days, ${faker.number.int({ min: 2, max: 4 })} rounds of changes, paid through the marketplace.`,
    signedOn: new Date(deal.signedAt).toISOString().slice(0, 10),
  }));
  return { jobs, proposals, contracts, tradeOf: new Map(people.map(({ id, trade }) => [id, trade])) };
}

function isTrade(key: string): key is Person['trade'] {
  return Object.hasOwn(TITLES, key);
}

function impossible(what: string): never {
  throw new Error(`The demo counts no longer fit together: a ${what} is missing; see subgraphs/demoIds.ts.`);
}
