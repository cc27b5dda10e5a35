import type { Annotation } from './annotations.ts';
import { createDerivations, type Derivation } from './derivations.ts';
import type { FieldRules } from './fieldRule.ts';
import type { JoinReader } from './joins.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/**
 * Why what stands on one coordinate binds a field, in words: `on the field`, `on its type`, or the way by which the
 * field is made of another: `@requires User.name`. `null` where it does not bind the field itself but something
 * around it.
 */
export type BindingReason = (type: string, field: string, source: string) => string | null;

const DERIVED: Readonly<Record<Derivation['by'], string>> = Object.freeze({
  requires: '@requires',
  key: 'entered by the personal @key',
  context: '@fromContext',
});

/** Creates the reasons of one supergraph, which follow the same ways as the closure (DESIGN §2). */
export function bindingReasons(
  index: SupergraphIndex,
  annotations: ReadonlyMap<string, Annotation>,
  rules: FieldRules,
  joinsOf: JoinReader,
): BindingReason {
  const madeOf = createDerivations(index, joinsOf);
  const isPersonal = (type: string, field: string): boolean => rules.field(type, field) !== null;
  const ended = (coordinate: string): boolean => annotations.get(coordinate)?.declassified === true;

  return (type, field, source) => {
    const visited = new Set([`${type}.${field}`]);
    let open: readonly Way[] = [{ type, field, steps: [] }];
    // Breadth first: the shortest way explains best.
    while (open.length > 0) {
      for (const way of open) {
        const direct = directReason(index, way.type, way.field, source);
        if (direct !== null) {
          return way.steps.length === 0
            ? direct
            : [...way.steps, direct].filter((each) => each !== ITSELF).join(', ');
        }
      }
      open = open.flatMap((way): readonly Way[] => {
        if (ended(`${way.type}.${way.field}`)) return [];
        return madeOf(way.type, way.field, isPersonal, ended).flatMap(({ by, steps }) =>
          steps.flatMap(({ holder, field: made }) => {
            const coordinate = `${holder}.${made}`;
            if (visited.has(coordinate)) return [];
            visited.add(coordinate);
            return [{ type: holder, field: made, steps: [...way.steps, `${DERIVED[by]} ${coordinate}`] }];
          }),
        );
      });
    }
    return null;
  };
}

interface Way {
  readonly type: string;
  readonly field: string;
  readonly steps: readonly string[];
}

const ITSELF = 'on the field';

/** What stands on the field itself, its type, what it returns, and the same on interfaces. */
function directReason(index: SupergraphIndex, type: string, field: string, source: string): string | null {
  if (source === `${type}.${field}`) return ITSELF;
  if (source === type) return 'on its type';
  const interfaces = index.types.get(type)?.interfaces ?? [];
  if (interfaces.some((above) => source === `${above}.${field}`)) return 'on the interface’s field';
  if (interfaces.includes(source) && index.types.get(source)?.fields.has(field) === true) {
    return 'on the interface';
  }
  const returned = [type, ...interfaces].map((each) => index.types.get(each)?.fields.get(field)?.type);
  return returned.includes(source) ? 'on the type that it returns' : null;
}
