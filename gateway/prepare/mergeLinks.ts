import type { Binder, Frame, Link, Scope } from './binding.ts';

/**
 * What the objects below a field inherit, over all the types that the field may stand on: links that bind alike
 * are one. For rewriting alone, which must know what to fetch and not for whom; otherwise every way of types
 * through nested abstract fields would be a link of its own, and they multiply with each level.
 */
export function mergedLinks(binder: Binder, frames: readonly Frame[], field: string): readonly Link[] {
  const alike = new Map<string, Link[]>();
  for (const frame of frames) {
    const link = binder.link(frame, field);
    const rules = link.carried.map(({ rule: { categories, allow, deny } }) => [categories, allow, deny]);
    const key = JSON.stringify([link.explicit, rules]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [link]);
    else group.push(link);
  }
  return [...alike.values()].map(merged);
}

/** Marks a scope's subjects, and those of every scope that it stands for, as needed. */
export function use(scope: Scope | null): void {
  if (scope === null || scope.used) return;
  scope.used = true;
  for (const each of scope.standsFor) use(each);
}

function merged(links: readonly Link[]): Link {
  const [first, ...others] = links;
  if (first === undefined) throw new TypeError('Expected a link.');
  if (others.length === 0) return first;
  return {
    scope: union(links.map(({ scope }) => scope)),
    explicit: first.explicit,
    carried: first.carried.map(({ rule }, index) => ({
      rule,
      scopes: [union(links.flatMap(({ carried }) => carried[index]?.scopes ?? []))],
    })),
  };
}

function union(scopes: readonly (Scope | null)[]): Scope | null {
  const [first, ...others] = new Set(scopes.filter((scope) => scope !== null));
  if (first === undefined) return null;
  return others.length === 0
    ? first
    : { slot: NO_SLOT, paths: [], used: false, standsFor: [first, ...others] };
}

/** Rewriting keeps no ids, so what it merges needs no place for them. */
const NO_SLOT = -1;
