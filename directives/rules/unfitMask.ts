import { CONSTANT } from '../../policies/masks/mask.ts';
import type { LeafType } from '../../policies/masks/mask.ts';
import { applyMask } from '../../policies/masks/applyMask.ts';
import { fitsLeaf } from '../../policies/masks/fitsLeaf.ts';
import { maskOfKind } from '../../policies/masks/registry.ts';
import type { NamedMask } from '../../policies/policy.ts';
import type { PersonalApplication } from '../personal.ts';
import { leafOf } from './facts/leafOf.ts';
import type { CheckedSupergraph, SupergraphRule } from './rule.ts';

/** A mask that cannot give what the field returns. */
export const unfitMask: SupergraphRule = {
  name: 'unfit-mask',
  over: 'supergraph',
  severity: 'warning',
  why: 'A mask that does not suit the type gives the type’s constant, never the part of the value that its author had in mind.',
  mend: 'Name a mask that gives the type (docs/masks.md lists what each gives), or leave the mask to the category.',
  *check(checked) {
    for (const application of checked.personal) {
      const named = checked.policy.masks.get(application.mask ?? '');
      const leaf = leafAt(checked, application);
      if (named === undefined || leaf === null || gives(named, leaf)) continue;
      const { site, node } = application;
      const message = `the mask "${named.name}" (${named.kind}) cannot give ${leaf.name}, so the constant is shown.`;
      yield { coordinate: site.coordinate, message, node };
    }
  },
  examples: [
    {
      title: 'A part of a text for a number, and a value that the enum does not have.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            points: Int @personal(category: "usage.history", mask: "edges")
            gender: Gender @personal(category: "identity.name", mask: "withheld")
          }
          enum Gender { FEMALE MALE OTHER }`,
      },
      finds: ['User.points', 'User.gender'],
    },
    {
      title: 'Masks that suit their types.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            points: Int @personal(category: "usage.history", mask: "thousands")
            nickname: String @personal(category: "identity.nickname", mask: "edges")
            gender: Gender @personal(category: "identity.name", mask: "withheld")
          }
          enum Gender { FEMALE MALE OTHER WITHHELD }`,
      },
      finds: [],
    },
  ],
};

/** The leaf type that an application is about: of its field, or the scalar or enum on which it stands. */
function leafAt({ index }: CheckedSupergraph, { site }: PersonalApplication): LeafType | null {
  if (site.location === 'SCALAR' || site.location === 'ENUM') return leafOf(index, site.type);
  if (site.location !== 'FIELD_DEFINITION') return null;
  const name = site.coordinate.slice(site.type.length + 1);
  const field = index.types.get(site.type)?.fields.get(name);
  return field === undefined ? null : leafOf(index, field.type);
}

function gives({ kind, parameters }: NamedMask, leaf: LeafType): boolean {
  const mask = maskOfKind(kind);
  // Of a kind that there is not, the policy's own check tells.
  if (mask === undefined || mask.kind === 'constant') return true;
  if (!mask.leaves.includes(leaf.kind)) return false;
  const read = mask.parameters.safeParse(parameters);
  if (!read.success || mask.reveals !== 'nothing') return true;
  const context = { purpose: '', recipient: '', category: '', subject: null, pseudonymKey: null };
  const shown = applyMask({ kind: 'mask', mask, parameters: read.data, category: '' }, '', leaf, context);
  return shown !== CONSTANT && fitsLeaf(shown, leaf);
}
