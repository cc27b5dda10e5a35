import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../gatewayHarness.ts';
import { CANARY, exchange, post, type Exchanged, type ExchangeOptions, type Sent } from './exchange.ts';

/** One hostile request, and what it gets. */
export interface HostileRow {
  readonly name: string;
  readonly send: () => Sent | Promise<Sent>;
  /** Of its answers; `closed`: the connection is ended without one. */
  readonly expected: readonly number[] | 'closed';
  /** Of the first answer's error. */
  readonly code?: string;
  readonly options?: ExchangeOptions;
  /** Longer than this no request of the run may take; default 5 000. */
  readonly withinMs?: number;
}

/** Good requests get this answer before, between and after. */
const GOOD = post(JSON.stringify({ query: '{ hello }' }));

/**
 * Describes a table of hostile requests to one gateway: each gets what is expected in bounded time, while the gateway
 * goes on answering others, and nothing of what was sent stands in its answer or in the log.
 */
export function hostileRun(
  title: string,
  rows: readonly HostileRow[],
  options: Partial<TestGatewayOptions> & { readonly good?: () => Buffer } = {},
): void {
  describe(title, () => {
    let gateway: TestGateway;
    const { good = () => GOOD, ...given } = options;

    const answersOthers = async (): Promise<void> => {
      const { statuses, text } = await exchange(gateway.url, [good()]);
      expect([statuses, text]).toEqual([[200], expect.stringContaining('"hello":"world"')]);
    };

    beforeAll(async () => {
      gateway = await startGateway({ subgraphs: SUBGRAPHS, ...given });
      await answersOthers();
    });

    afterAll(async () => await gateway.close());

    it.each(rows)('$name: $expected', async ({ send, expected, code, options: how, withinMs = 5_000 }) => {
      const answer = await exchange(gateway.url, await send(), how);
      expect(seen(answer)).toEqual(expected);
      if (code !== undefined) expect(answer.text).toContain(`"code":"${code}"`);
      expect(answer.text).not.toContain(CANARY);
      expect(answer.text).not.toMatch(/node_modules|\bat .*\.ts:/);
      expect(answer.ms).toBeLessThan(withinMs);
      await answersOthers();
    });

    it('leaves nothing of what was sent in the log, nor of a failure of the gateway’s own', () => {
      expect(gateway.logged()).not.toContain(CANARY);
      expect(gateway.logged()).not.toContain('request failed');
      expect(gateway.logged()).not.toContain('reported an error');
    });
  });
}

function seen({ statuses, ended }: Exchanged): readonly number[] | 'closed' {
  return statuses.length === 0 && ended === 'closed' ? 'closed' : statuses;
}

const SUBGRAPHS: TestGatewayOptions['subgraphs'] = [
  {
    name: 'people',
    typeDefs: `
      type Query { hello(name: String, in: In, ids: [ID!], tree: JSON): String self: Query! }
      input In { a: In b: [In!] c: String }
      scalar JSON
    `,
    resolvers: { Query: { hello: () => 'world', self: () => ({}) } },
  },
];
