import type { LeafType } from '../../../policies/masks/mask.ts';
import type { SupergraphIndex } from '../../supergraphIndex.ts';

const SPECIFIED = ['String', 'ID', 'Int', 'Float', 'Boolean'] as const;

/** A supergraph's leaf type in the words of `policies/masks/`; `null` for types that have fields. */
export function leafOf({ types }: SupergraphIndex, name: string): LeafType | null {
  const specified = SPECIFIED.find((kind) => kind === name);
  if (specified !== undefined) return { kind: specified, name, values: [] };
  const type = types.get(name);
  if (type?.kind === 'ENUM') return { kind: 'Enum', name, values: [...type.values.keys()] };
  return type?.kind === 'SCALAR' ? { kind: 'Scalar', name, values: [] } : null;
}
