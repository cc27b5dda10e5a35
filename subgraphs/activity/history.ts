import { Faker, base, en } from '@faker-js/faker';
import { DEMO_COUNTS, demoId, demoIds } from '../demoIds.ts';

/** One entry of a user's usage history. */
export interface Activity {
  readonly id: string;
  readonly userId: string;
  readonly kind: (typeof KINDS)[number];
  readonly url: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly cookieId: string;
  readonly at: string;
}

const KINDS = ['VISIT', 'LOGIN', 'SEARCH', 'PROPOSAL'] as const;

/** Networks kept for documentation (RFC 5737, RFC 3849): no host has such an address. */
const NETWORKS = ['192.0.2.', '198.51.100.', '203.0.113.', '2001:db8::'] as const;

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
] as const;

/** The demo's usage history in the order of its ids, the same at every start: every user in turn, three times. */
export function generateHistory(): readonly Activity[] {
  const faker = new Faker({ locale: [en, base], seed: 40_051 });
  const from = Date.UTC(2025, 10, 1);
  return demoIds('e').map((id, index) => {
    const network = faker.helpers.arrayElement(NETWORKS);
    const kind = faker.helpers.arrayElement(KINDS);
    const job = demoId('j', faker.number.int({ min: 1, max: DEMO_COUNTS.j }));
    return {
      id,
      userId: demoId('u', (index % DEMO_COUNTS.u) + 1),
      kind,
      url: `https://marketplace.example/${kind === 'LOGIN' ? 'login' : `jobs/${job}`}?from=${kind.toLowerCase()}`,
      ip: `${network}${faker.number.int({ min: 1, max: 254 })}`,
      userAgent: faker.helpers.arrayElement(USER_AGENTS),
      cookieId: faker.string.uuid(),
      at: new Date(from + index * 1_620_000).toISOString(),
    };
  });
}
