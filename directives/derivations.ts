import { Kind } from 'graphql';
import type { SelectionSetNode } from 'graphql';
import { DirectiveError } from './directiveError.ts';
import { parseFieldSet } from './fieldSet.ts';
import type { JoinReader, Joins, JoinType } from './joins.ts';
import type { IndexedType, SupergraphIndex } from './supergraphIndex.ts';

/** One field that another is made of. */
export interface Step {
  /** Object type that holds it, and the field. */
  readonly holder: string;
  readonly field: string;
  /** From the object where the selection starts to the one that holds the field. */
  readonly path: readonly string[];
  /** The concrete types along the path: the start's first, the holder last. */
  readonly chain: readonly string[];
  /** No arguments and no narrowing on the way: selecting the path gives the same objects. */
  readonly plain: boolean;
}

/** What a field is made of: fields selected from its own object, or from one around it (`above`). */
export interface Derivation {
  readonly from: 'here' | 'above';
  /** By what the supergraph says so: `@requires`, a personal `@key`, or `@fromContext`. */
  readonly by: 'requires' | 'key' | 'context';
  readonly steps: readonly Step[];
}

export type IsPersonal = (type: string, field: string) => boolean;

/**
 * What a field is made of, as the supergraph tells: `@requires` and `@fromContext` of every subgraph, and
 * personal keys.
 *
 * A subgraph that is entered from others by personal keys *only* knows an entity by nothing else, so whatever
 * it says of it is derived from them (a score kept by e-mail address). Where it also has a key that is not
 * personal, its data is the entity's own and nothing is derived. `isPersonal` judges the keys' fields.
 */
export function createDerivations(
  index: SupergraphIndex,
  joinsOf: JoinReader,
): (
  type: string,
  field: string,
  isPersonal: IsPersonal,
  ended: (coordinate: string) => boolean,
) => readonly Derivation[] {
  const typeJoins = memoised((name: string) => joinsOf(index.types.get(name)?.directives ?? []));
  const fieldJoins = (type: string, field: string): Joins =>
    joinsOf(index.types.get(type)?.fields.get(field)?.directives ?? []);
  const stepsFrom = memoised((type: string) => memoised((text: string) => select(index, type, text)));
  const steps = (type: string, text: string): readonly Step[] => stepsFrom(type)(text);
  const contexts = new Map<string, string[]>();
  for (const { name, directives } of index.types.values()) {
    for (const context of joinsOf(directives).contexts) {
      contexts.set(context, [...(contexts.get(context) ?? []), name]);
    }
  }

  /** Whether another subgraph than `graph` has all that it takes to enter `graph` by the key. */
  const entered = (type: IndexedType, { graph, key }: JoinType): boolean => {
    const names = topLevel(key ?? '');
    const holders = [type.name, ...type.interfaces].flatMap((holder) =>
      typeJoins(holder)
        .types.filter((join) => join.graph !== graph && (holder === type.name || join.interfaceObject))
        .map((join) => ({ holder, graph: join.graph })),
    );
    return holders.some((from) =>
      names.every((name) => {
        const { fields } = fieldJoins(from.holder, name);
        return fields.length === 0 || fields.some((join) => join.graph === from.graph);
      }),
    );
  };

  const byKeys = (
    root: IndexedType,
    definer: IndexedType,
    field: string,
    isPersonal: IsPersonal,
  ): readonly Step[] => {
    const { types } = typeJoins(definer.name);
    if (types.every(({ key }) => key === null)) return [];
    const joins = fieldJoins(definer.name, field).fields;
    const graphs = new Set(
      types
        // What an interface says of its implementers' keys, the implementers say themselves.
        .filter(({ interfaceObject }) => definer === root || interfaceObject)
        .map(({ graph }) => graph)
        .filter(
          (graph) => joins.length === 0 || joins.some((join) => join.graph === graph && !join.external),
        ),
    );
    return [...graphs].flatMap((graph) => {
      const keys = types.filter((join) => join.graph === graph && join.key !== null && join.resolvable);
      const personal = keys.filter(({ key }) =>
        steps(root.name, key ?? '').some((step) => isPersonal(step.holder, step.field)),
      );
      if (personal.length < keys.length) return [];
      return personal
        .filter((join) => entered(definer, join))
        .flatMap(({ key }) => steps(root.name, key ?? ''));
    });
  };

  return (typeName, field, isPersonal, ended) => {
    const root = index.types.get(typeName);
    if (root === undefined) return [];
    return [typeName, ...root.interfaces].flatMap((name): readonly Derivation[] => {
      const definer = index.types.get(name);
      if (definer?.fields.has(field) !== true || ended(`${name}.${field}`)) return [];
      const joins = fieldJoins(name, field).fields;
      const required = joins.flatMap(({ requires }) => (requires === null ? [] : steps(typeName, requires)));
      const above = joins
        .flatMap((join) => join.contexts)
        .flatMap(({ context, selection }) =>
          (contexts.get(context) ?? []).flatMap((setter) => steps(setter, selection)),
        );
      return [
        { from: 'here', by: 'requires', steps: required },
        { from: 'here', by: 'key', steps: byKeys(root, definer, field, isPersonal) },
        { from: 'above', by: 'context', steps: above },
      ];
    });
  };
}

/**
 * Every field that a field set (of `@key`, `@requires` or `@fromContext`) names, on every concrete type that it can
 * meet.
 *
 * @throws DirectiveError where it is no field set of the type.
 */
export function select(index: SupergraphIndex, type: string, text: string): readonly Step[] {
  const set = parseFieldSet(text);
  const wrong = (expected: string): DirectiveError =>
    new DirectiveError([
      {
        rule: 'composition',
        coordinate: type,
        line: 1,
        column: 1,
        message: `"${text}": expected ${expected}.`,
      },
    ]);
  if (set === null) throw wrong('a field set');

  const walk = (
    objects: readonly IndexedType[],
    selections: SelectionSetNode,
    trail: Pick<Step, 'path' | 'chain' | 'plain'>,
  ): readonly Step[] =>
    objects.flatMap((object) => {
      const chain = [...trail.chain, object.name];
      return selections.selections.flatMap((selection): readonly Step[] => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) throw wrong('inline fragments only');
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value ?? object.name;
          const meets = index.possible(condition).includes(object);
          return meets ? walk([object], selection.selectionSet, trail) : [];
        }
        const name = selection.name.value;
        if (name === '__typename') return [];
        const field = object.fields.get(name);
        if (field === undefined) throw wrong(`"${name}" to be a field of ${object.name}`);
        const step = { holder: object.name, field: name, path: trail.path, chain, plain: trail.plain };
        if (selection.selectionSet === undefined) return [step];
        const below = {
          path: [...trail.path, name],
          chain,
          plain: trail.plain && (selection.arguments ?? []).length === 0,
        };
        return [step, ...walk(index.possible(field.type), selection.selectionSet, below)];
      });
    });
  return walk(index.possible(type), set, { path: [], chain: [], plain: true });
}

function topLevel(fieldSet: string): readonly string[] {
  return (parseFieldSet(fieldSet)?.selections ?? []).flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

function memoised<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}
