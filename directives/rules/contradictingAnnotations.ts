import { covers } from '../../policies/covers.ts';
import type { PersonalApplication } from '../personal.ts';
import type { PurposeApplication } from '../purpose.ts';
import type { SupergraphRule, Violation } from './rule.ts';

/** Applications on one coordinate that cannot both be followed as they stand. */
export const contradictingAnnotations: SupergraphRule = {
  name: 'contradicting-annotations',
  over: 'supergraph',
  severity: 'warning',
  why: 'The strictest wins, which may be stricter than either author meant: two masks show nothing, `reject` beats `mask`, and a purpose that one allows and another denies is denied.',
  mend: 'Agree on one mask, one `otherwise` and one list of purposes, in all subgraphs.',
  *check({ personal, purpose }) {
    for (const [coordinate, applications] of Map.groupBy(personal, ({ site }) => site.coordinate)) {
      yield* masks(coordinate, applications);
      yield* otherwise(coordinate, applications);
    }
    for (const [coordinate, applications] of Map.groupBy(purpose, ({ site }) => site.coordinate)) {
      yield* purposes(coordinate, applications);
    }
  },
  examples: [
    {
      title: 'Two masks, two ways of denying, and a purpose that is allowed and denied.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @shareable @personal(category: "contact.email", mask: "domain")
            phone: String @shareable @personal(category: "contact.telephone", otherwise: "reject")
            name: String
              @shareable
              @personal(category: "identity.name")
              @purpose(allow: ["service.support", "communication.necessary"])
          }`,
        marketing: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @shareable @personal(category: "contact.email", mask: "hidden")
            phone: String @shareable @personal(category: "contact.telephone", otherwise: "mask")
            name: String
              @shareable
              @personal(category: "identity.name")
              @purpose(deny: ["service.support"])
          }`,
      },
      finds: ['User.name', 'User.email', 'User.phone'],
    },
    {
      title: 'One subgraph says more than the other; denying a part of what is allowed narrows it.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @shareable @personal(category: "contact.email", mask: "domain")
            name: String
              @shareable
              @personal(category: "identity.name", otherwise: "reject")
              @purpose(allow: ["service"])
          }`,
        marketing: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @shareable @personal(category: "contact.email")
            name: String
              @shareable
              @personal(category: "identity.name")
              @purpose(deny: ["service.improvement"])
          }`,
      },
      finds: [],
    },
  ],
};

function* masks(coordinate: string, applications: readonly PersonalApplication[]): Generator<Violation> {
  const named = applications.filter(({ mask }) => mask !== null);
  const names = [...new Set(named.map(({ mask }) => mask))];
  const [last] = named.toReversed();
  if (names.length < 2 || last === undefined) return;
  const message = `it names the masks ${names.map((name) => `"${String(name)}"`).join(' and ')}, so it shows the constant.`;
  yield { coordinate, message, node: last.node };
}

function* otherwise(coordinate: string, applications: readonly PersonalApplication[]): Generator<Violation> {
  // What is not said is "mask" too, but nobody meant it.
  const said = applications.filter(({ node }) =>
    node.arguments?.some(({ name }) => name.value === 'otherwise'),
  );
  const masked = said.find((application) => application.otherwise === 'mask');
  if (masked === undefined || said.every((application) => application.otherwise === 'mask')) return;
  const message = 'it is to be masked and to be rejected where it is denied; it will be rejected.';
  yield { coordinate, message, node: masked.node };
}

function* purposes(coordinate: string, applications: readonly PurposeApplication[]): Generator<Violation> {
  const denied = applications.flatMap(({ deny }) => deny);
  for (const { allow, node } of applications) {
    const both = (allow ?? []).filter((key) => denied.some((other) => covers(other, key)));
    if (both.length === 0) continue;
    const message = `it allows and denies ${both.map((key) => `"${key}"`).join(', ')}; denied it stays.`;
    yield { coordinate, message, node };
  }
}
