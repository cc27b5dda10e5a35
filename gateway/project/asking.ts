import type { Asking, DataShape, FieldShape, Guard, ValueShape } from './shape.ts';

/**
 * Compiles whose consent one type's fields rest on, when it is first asked: deciding it follows the fields down
 * to the leaves. What may be of several types is taken to ask, since compiling all of them would cost more.
 */
export function askingOf(fields: readonly FieldShape[]): () => Asking {
  let known: Asking | undefined;
  return () => (known ??= compile(fields.filter((field) => field.kind === 'data')));
}

function compile(fields: readonly DataShape[]): Asking {
  const open = fields.filter(({ guard }) => guard?.verdict.effect !== 'deny');
  const slots = open.flatMap(({ guard }) => (guard !== null && restsOnConsent(guard) ? guard.slots : []));
  return {
    slots: [...new Set(slots.filter((slot) => slot !== null))],
    below: open.filter(({ type }) => leadsToConsent(type)),
  };
}

/** A ground and the subject's own access do not rest on consent, so they do not wait for it either. */
function restsOnConsent({ verdict }: Guard): boolean {
  return verdict.effect === 'open' && verdict.basis !== 'ground' && verdict.basis !== 'self';
}

function leadsToConsent(type: ValueShape): boolean {
  if (type.kind !== 'object') return type.kind === 'list' && leadsToConsent(type.item);
  const { set } = type;
  if (set.only === null) return true;
  const asking = set.of(set.only)?.asking();
  return asking !== undefined && asking.slots.length + asking.below.length > 0;
}
