import type { Caller, Ground } from '../../policies/caller.ts';
import { decideStatically, isNeverDisclosed } from '../../policies/decideStatically.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Rule as DecisionRule } from '../../policies/rule.ts';
import type { FieldRule } from '../fieldRule.ts';
import { boundFields } from './facts/boundFields.ts';
import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** A field that no purpose of the policy could show to anybody. */
export const neverShown: SupergraphRule = {
  name: 'never-shown',
  over: 'supergraph',
  severity: 'error',
  why: 'Allowed purposes intersect, denied ones unite, and one purpose must grant every category of a field. Where nothing is left, nobody ever sees the field, whatever its subject permits, unless a ground such as a warrant lifts all of that.',
  mend: 'Widen `allow`, narrow `deny`, take away a category that does not belong there, or let a purpose of the policy grant them all. If nobody is meant to see the field, say so with `@purpose(allow: [])`.',
  check,
  examples: [
    {
      title: 'Two subgraphs allow different purposes, and a purpose that grants no such category.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @shareable
              @personal(category: "contact.email")
              @purpose(allow: ["service.support"])
            history: String
              @personal(category: "usage.content")
              @purpose(allow: ["cookie.statistics"])
          }`,
        marketing: `
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @shareable
              @personal(category: "contact.email")
              @purpose(allow: ["marketing.recommendation"])
          }`,
      },
      finds: ['User.email', 'User.history'],
    },
    {
      title: 'One purpose is left; nobody is meant to see the other; a password is never disclosed anyway.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String
              @personal(category: "contact.email")
              @purpose(allow: ["service.support", "marketing"], deny: ["marketing"])
            note: String @personal(category: "usage.content") @purpose(allow: [])
            password: String @personal(category: "account.password")
          }`,
      },
      finds: [],
    },
  ],
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const { policy, purpose, annotations } = checked;
  const isShown = memoisedByTerms((rule) => anyoneMaySee(policy, rule, [null]));
  const grounds = [...policy.grounds.keys()].map(groundOf);
  const isForGrounds = memoisedByTerms((rule) => anyoneMaySee(policy, rule, grounds));
  const deliberate = new Set(
    purpose.filter(({ allow }) => allow?.length === 0).map(({ site }) => site.coordinate),
  );
  const dark = boundFields(checked).filter(
    ({ rule }) =>
      rule.categories.every((key) => policy.categories.has(key) && !isNeverDisclosed(policy, key)) &&
      !rule.sources.some((source) => deliberate.has(source)) &&
      !isShown(rule) &&
      // What the policy itself leaves to grounds is as its author wants it.
      (isShown(unnarrowed(rule)) || !isForGrounds(unnarrowed(rule))),
  );
  // What one annotation on a type does to all its fields is told once.
  for (const [, fields] of Map.groupBy(dark, ({ rule }) => JSON.stringify([terms(rule), origin(rule)]))) {
    const [first] = fields;
    if (first === undefined) continue;
    const { rule } = first;
    const coordinate = origin(rule);
    const names = named(fields.map((field) => field.rule.coordinate));
    const categories = rule.categories.map((key) => `"${key}"`).join(' with ');
    const narrowed = isShown(unnarrowed(rule));
    const message = narrowed
      ? `of the purposes that grant ${categories}, what is allowed and denied leaves none: ${names}.`
      : `no purpose of the policy grants ${categories}: ${names}.`;
    yield { coordinate, message, node: annotations.get(coordinate)?.node };
  }
}

/** Where to look: the field's own annotation, else the first that binds it. */
function origin({ coordinate, sources }: FieldRule): string {
  return sources.includes(coordinate) ? coordinate : (sources[0] ?? coordinate);
}

function terms({ categories, allow, deny }: DecisionRule): DecisionRule {
  return { categories, allow, deny };
}

/** Without what annotations say of purposes. */
function unnarrowed({ categories }: DecisionRule): DecisionRule {
  return { categories, allow: null, deny: [] };
}

/** Whether some caller, under one of these grounds or none, gets past the static rows of the decision table. */
function anyoneMaySee(policy: Policy, rule: DecisionRule, grounds: readonly (Ground | null)[]): boolean {
  return [...policy.purposes.keys()].some((purpose) =>
    [...policy.recipients.keys()].some((recipient) =>
      grounds.some(
        (ground) => decideStatically(policy, rule, callerOf(purpose, recipient, ground)).effect === 'open',
      ),
    ),
  );
}

function groundOf(kind: string): Ground {
  return { kind, reference: 'any', expires: Infinity, subjects: [] };
}

function callerOf(purpose: string, recipient: string, ground: Ground | null): Caller {
  return { client: '', purpose, recipient, endUser: null, actor: null, ground };
}

function memoisedByTerms(compute: (rule: DecisionRule) => boolean): (rule: DecisionRule) => boolean {
  const known = new Map<string, boolean>();
  return (rule) => {
    const key = JSON.stringify(terms(rule));
    const found = known.get(key) ?? compute(rule);
    known.set(key, found);
    return found;
  };
}
