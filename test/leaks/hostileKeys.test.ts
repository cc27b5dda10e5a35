import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, EMAIL, MARKETING, NAME, SUPPORT, told } from './world.ts';

/** What a subgraph says of the one user: keys that nobody asked for, among them those every object has. */
const HOSTILE = `{
  "__proto__": { "name": "canary-proto", "note": "canary-proto", "polluted": "canary-proto" },
  "constructor": { "prototype": { "polluted": "canary-constructor" } },
  "toString": "canary-text", "hasOwnProperty": "canary-own", "extra": "canary-extra",
  "__typename": "User", "id": "2", "email": "canary-email", "name": "canary-name"
}`;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query { me: User! }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            note: String
            name: String @personal(category: "identity.name")
            email: String! @personal(category: "contact.email")
          }
        `,
        resolvers: { Query: { me: () => ({ id: '2', email: 'x' }) } },
        onWire: () =>
          `{ "data": { "__proto__": { "me": null, "polluted": "canary-root" }, "me": ${HOSTILE}, "_entities": [${HOSTILE}] }, "extensions": { "canary": 1 } }`,
      },
    ],
  });
});

afterAll(async () => await gateway.close());

describe('keys of a subgraph’s JSON that nobody asked for', () => {
  it.each([
    { who: 'without purpose', caller: {}, expected: { note: null, name: NAME, email: EMAIL } },
    { who: 'without consent', caller: MARKETING, expected: { note: null, name: NAME, email: EMAIL } },
  ])('show nowhere, asked $who', async ({ caller, expected }) => {
    const answer = await gateway.send({ query: '{ me { note name email } }', ...caller });
    expect(answer.data).toEqual({ me: expected });
    expect(answer.errors).toEqual([]);
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it('stand for nothing that was asked for', async () => {
    const answer = await gateway.send({
      query: '{ me { __proto__: note toString: name email } }',
      ...SUPPORT,
    });
    expect(answer.text).toContain(
      '{"data":{"me":{"__proto__":null,"toString":"canary-name","email":"canary-email"}}',
    );
  });

  it('change no object of the gateway', async () => {
    await gateway.send({ query: '{ me { note name email } }', ...SUPPORT });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
