import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRecordLine } from '../../policies/record/recordLine.ts';
import { startGateway, type TestGateway, type TestState } from '../gatewayHarness.ts';
import { EMAIL, MARKETING } from '../leaks/world.ts';

const given: TestState = { entries: [{ purpose: 'marketing.recommendation', state: 'GIVEN' }] };
const withdrawn: TestState = { entries: [{ purpose: 'marketing.recommendation', state: 'WITHDRAWN' }] };

/** What people permit, which changes while a request is on its way. */
const states: Record<string, TestState> = {};
const guest = (id: string) => ({ id, label: `guest ${id}`, email: `canary-email-${id}@example.com` });

let gateway: TestGateway;
/** How long each record takes to be kept, one after the other; then none takes any time. */
let delays: number[] = [];
/** What happens before a record is kept. */
let meanwhile: () => void = () => undefined;

beforeAll(async () => {
  gateway = await startGateway({
    states,
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { people: [Person!]! guests: [Guest!]! }
          type Mutation { greet(id: ID!): Person! }
          type Person @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            label: String!
            email: String @personal(category: "contact.email")
          }
          type Guest @personal(subject: ["id"]) {
            id: ID!
            label: String!
            email: String! @personal(category: "contact.email")
          }
        `,
        resolvers: {
          Query: { people: () => ['1', '2'].map(guest), guests: () => ['1', '2'].map(guest) },
          Mutation: { greet: (_: unknown, { id }: { readonly id: string }) => guest(id) },
        },
      },
    ],
    override: {
      auditSink: {
        append: async (lines) => {
          recorded.push(...lines);
          meanwhile();
          await sleep(delays.shift() ?? 0);
        },
      },
    },
  });
});
const recorded: string[] = [];
afterAll(async () => await gateway.close());
beforeEach(() => {
  states['user:1'] = given;
  states['user:2'] = given;
  delays = [];
  recorded.length = 0;
  meanwhile = () => undefined;
  gateway.forget();
});

const withdraw = (): void => {
  states['user:1'] = withdrawn;
};

describe('an answer that is due later than five seconds after its consents were asked for', () => {
  it('is decided about anew, and recorded as it goes out, without fetching anew', async () => {
    delays = [5_100];
    meanwhile = withdraw;
    const { data } = await gateway.send({ ...MARKETING, query: '{ people { label email } }' });
    expect(data).toEqual({
      people: [
        { label: 'guest 1', email: EMAIL },
        { label: 'guest 2', email: 'canary-email-2@example.com' },
      ],
    });
    expect(gateway.sent('accounts')).toHaveLength(1);
    expect(gateway.asked()).toEqual([
      ['user:1', 'user:2'],
      ['user:1', 'user:2'],
    ]);
    const decisions = recorded.map((line) => parseRecordLine(line)?.groups ?? []);
    expect(decisions.map((groups) => groups.map(({ reason }) => reason))).toEqual([
      ['CONSENT'],
      ['CONSENT_WITHDRAWN', 'CONSENT'],
    ]);
  });

  it('shows what it would have shown where nothing has changed', async () => {
    delays = [5_100];
    const { data } = await gateway.send({ ...MARKETING, query: '{ people { email } }' });
    expect(data).toEqual({
      people: [{ email: 'canary-email-1@example.com' }, { email: 'canary-email-2@example.com' }],
    });
  });

  it('shows nobody what all had to permit, once one does not', async () => {
    delays = [5_100];
    meanwhile = withdraw;
    const { data } = await gateway.send({ ...MARKETING, query: '{ guests { label email } }' });
    expect(data).toEqual({
      guests: [
        { label: 'guest 1', email: EMAIL },
        { label: 'guest 2', email: EMAIL },
      ],
    });
  });

  it('is decided about anew where a mutation made it, which runs once', async () => {
    delays = [5_100];
    meanwhile = withdraw;
    const query = 'mutation { greet(id: "1") { label email } }';
    const { data } = await gateway.send({ ...MARKETING, query });
    expect(data).toEqual({ greet: { label: 'guest 1', email: EMAIL } });
    expect(gateway.sent('accounts')).toHaveLength(1);
  });

  it('shows what nobody is known to permit where it is late again, and says that this may change', async () => {
    delays = [5_100, 5_100];
    const answer = await gateway.send({ ...MARKETING, query: '{ people { label email } }' });
    expect(answer.data).toEqual({
      people: [
        { label: 'guest 1', email: EMAIL },
        { label: 'guest 2', email: EMAIL },
      ],
    });
    expect(answer.extensions['privacy']).toMatchObject({
      masked: [{ coordinate: 'Person.email', reason: 'CONSENT_UNAVAILABLE', retryable: true }],
    });
    expect(gateway.asked()).toHaveLength(2);
  }, 20_000);
});

it('an answer in time asks once', async () => {
  delays = [500];
  await gateway.send({ ...MARKETING, query: '{ people { email } }' });
  expect(gateway.asked()).toHaveLength(1);
  expect(recorded).toHaveLength(1);
});
