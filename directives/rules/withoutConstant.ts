import { chooseMask } from '../../policies/masks/chooseMask.ts';
import { denialConstant } from '../../policies/masks/denialConstant.ts';
import { formatOf } from '../../policies/masks/formatOf.ts';
import type { LeafType } from '../../policies/masks/mask.ts';
import type { Policy } from '../../policies/policy.ts';
import type { FieldRule } from '../fieldRule.ts';
import { boundFields } from './facts/boundFields.ts';
import { leafOf } from './facts/leafOf.ts';
import type { SupergraphRule } from './rule.ts';

/** A non-null personal field whose type has no constant that could stand for a denied value. */
export const withoutConstant: SupergraphRule = {
  name: 'without-constant',
  over: 'supergraph',
  severity: 'warning',
  why: 'Where such a field is denied there is nothing that could stand in its place, so it is rejected: an error, and `null` for the nearest nullable object around it, with everything in it.',
  mend: 'Make the field nullable, or name a mask of the kind `value`, whose constant the policy gives; for other scalars the policy’s `scalars` may give one. If it is meant, write `otherwise: "reject"`.',
  *check(checked) {
    const { index, policy } = checked;
    for (const { field, rule } of boundFields(checked)) {
      if (field.list || field.nullable || rule.otherwise === 'reject') continue;
      const leaf = leafOf(index, field.type);
      if (leaf === null || hasConstant(policy, rule, leaf)) continue;
      const { coordinate } = rule;
      yield { coordinate, message: `${field.type}! has no constant, so it is rejected where it is denied.` };
    }
  },
  examples: [
    {
      title: 'A boolean, a number, an enum and a scalar that must not be null.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            married: Boolean! @personal(category: "identity.name")
            height: Float! @personal(category: "identity.name")
            gender: Gender! @personal(category: "identity.name")
            blood: BloodType! @personal(category: "identity.name")
          }
          enum Gender { FEMALE MALE OTHER WITHHELD }
          scalar BloodType`,
      },
      finds: ['User.married', 'User.height', 'User.gender', 'User.blood'],
    },
    {
      title:
        'Strings have a constant, lists are empty, what is nullable is null, and an enum may have a value of its own.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String! @personal(category: "identity.name")
            heights: [Float!]! @personal(category: "identity.name")
            married: Boolean @personal(category: "identity.name")
            born: Date! @personal(category: "identity.birthdate")
            gender: Gender! @personal(category: "identity.name", mask: "withheld")
            adult: Boolean! @personal(category: "identity.birthdate", otherwise: "reject")
          }
          scalar Date
          enum Gender { FEMALE MALE OTHER WITHHELD }`,
      },
      finds: [],
    },
  ],
};

/** As the gateway finds it; a mask that reveals nothing is the same for every recipient. */
function hasConstant(policy: Policy, rule: FieldRule, leaf: LeafType): boolean {
  const chosen = chooseMask(policy, rule.categories, rule.masks, '', leaf);
  return denialConstant(chosen, leaf, formatOf(policy, rule.categories), policy.scalars).holds;
}
