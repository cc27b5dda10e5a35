import { covers } from '../../policies/covers.ts';
import {
  fieldOf,
  isLeaf,
  possibleObjects,
  type Applied,
  type FieldModel,
  type Model,
  type ObjectModel,
} from './model.ts';

/** A path to a subject id, from the object that holds the field. */
export interface SubjectPath {
  readonly path: readonly string[];
  /** `null`: the policy's own. */
  readonly namespace: string | null;
}

/** What annotations demand of one field. Without categories it is not personal. */
export interface Demands {
  readonly categories: readonly string[];
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
  readonly masks: readonly string[];
  readonly rejects: boolean;
  readonly subjects: readonly SubjectPath[];
  /** Somebody must permit whom no path leads to. */
  readonly unreachable: boolean;
  /** The subjects of the nearest object that declares some must permit. */
  readonly enclosing: boolean;
}

const NOTHING: Demands = {
  categories: [],
  allow: null,
  deny: [],
  masks: [],
  rejects: false,
  subjects: [],
  unreachable: false,
  enclosing: false,
};

/** DESIGN §2 stated once more, over a model: what binds its fields, and whom its objects are about. */
export interface Closure {
  /** The demands on a field of an object type; `null` where it is not personal. */
  readonly field: (type: string, field: string) => Demands | null;
  /** Subjects that an object type and its interfaces declare. */
  readonly declared: (type: string) => readonly SubjectPath[];
  /** Whether objects of a value type may take the subject of what is around them, where that names none itself. */
  readonly inherits: (type: string) => boolean;
  /** Coordinates that subject paths lead through. */
  readonly subjectFields: ReadonlySet<string>;
  /** The same, and those that keys lead through. */
  readonly steady: ReadonlySet<string>;
}

/** Works out what binds every field of a model. */
export function closeModel(model: Model): Closure {
  const personal = personalFields();
  const known = new Map<string, Demands | null>();

  const field: Closure['field'] = (type, name) => {
    const coordinate = `${type}.${name}`;
    const found = known.get(coordinate);
    if (found !== undefined) return found;
    const demands = personal.has(coordinate) ? closed(type, name, []) : null;
    known.set(coordinate, demands);
    return demands;
  };

  const subjectFields = fieldsOnPaths('subjects');
  return {
    field,
    declared,
    inherits: (type) => parentOf(type) !== null,
    subjectFields,
    steady: new Set([...subjectFields, ...fieldsOnPaths('keys')]),
  };

  /** Own, type's, leaf type's and interfaces' annotations, and what the field is made of. */
  function closed(type: string, name: string, stack: readonly string[]): Demands {
    const coordinate = `${type}.${name}`;
    const own = direct(type, name);
    // Only key fields of one object are made of each other; whoever met them first adds the subjects.
    if (stack.includes(coordinate)) return { ...own, subjects: [], enclosing: false };
    const here = [...stack, coordinate];
    let demands: Demands = { ...own, enclosing: own.categories.length > 0 && own.subjects.length === 0 };
    for (const { path, holder, name: made } of madeOf(type, name, personal)) {
      if (!personal.has(`${holder}.${made}`) || (path.length === 0 && made === name)) continue;
      const input = closed(holder, made, here);
      if (input.categories.length === 0) continue;
      demands = combined(demands, carriedOver(type, path, holder, input, here));
    }
    if (demands.subjects.length === 0 && !demands.unreachable)
      return { ...demands, enclosing: demands.categories.length > 0 };
    const ofType = declared(type);
    return demands.enclosing && ofType.length > 0
      ? { ...demands, subjects: [...demands.subjects, ...ofType], enclosing: false }
      : demands;
  }

  function direct(type: string, name: string): Demands {
    const own = definition(type, name);
    if (isDeclassified(type, name)) return own;
    return [...(model.objects.get(type)?.interfaces ?? [])].reduce(
      (demands, above) => combined(demands, definition(above, name)),
      own,
    );
  }

  /** What stands on one definition of a field, on its type, and on the enum or scalar it returns. */
  function definition(type: string, name: string): Demands {
    const of = definedOn(type, name);
    if (of === undefined) return NOTHING;
    const onType = model.objects.get(type)?.applied ?? model.interfaces.get(type)?.applied ?? [];
    const onLeaf = model.leaves.find((leaf) => leaf.name === of.type.named)?.applied ?? [];
    return [
      ...appliedTo(type, name).map(demandsOf),
      ...[...onType, ...onLeaf].map((applied) => ({ ...demandsOf(applied), subjects: [] })),
    ].reduce(combined, NOTHING);
  }

  /** A field as a type itself defines it; implementers have what an interface object adds, without annotations. */
  function definedOn(type: string, name: string): FieldModel | undefined {
    const above = model.interfaces.get(type);
    return above === undefined
      ? fieldOf(model, type, name)
      : (above.fields.get(name) ?? above.added.get(name));
  }

  function appliedTo(type: string, name: string): readonly Applied[] {
    const above = model.interfaces.get(type);
    const own = above === undefined ? model.objects.get(type)?.fields.get(name) : definedOn(type, name);
    return own?.applied ?? [];
  }

  function isDeclassified(type: string, name: string): boolean {
    return appliedTo(type, name).some(({ declassified }) => declassified === true);
  }

  /** The fields that a field is made of, each by its path: `@requires` inputs, and keys that are all personal. */
  function madeOf(type: string, name: string, isFound: ReadonlySet<string>): readonly Made[] {
    if (isDeclassified(type, name)) return [];
    const object = model.objects.get(type);
    const of = fieldOf(model, type, name);
    if (object === undefined || of === undefined) return [];
    const required = (of.requires?.paths ?? []).flatMap((path) => stepsOf(type, path));
    return [...required, ...byKeys(object, of, isFound)];
  }

  function stepsOf(type: string, path: readonly string[]): readonly Made[] {
    let holder = type;
    return path.map((step, depth) => {
      const made: Made = { path: path.slice(0, depth), holder, name: step };
      holder = fieldOf(model, holder, step)?.type.named ?? '';
      return made;
    });
  }

  /** A subgraph that others enter by personal keys alone knows an entity by nothing else. */
  function byKeys(object: ObjectModel, of: FieldModel, isFound: ReadonlySet<string>): readonly Made[] {
    if (object.kind !== 'entity') return [];
    const isIn = (subgraph: string): boolean =>
      of.owners.has(subgraph) || (of.owners.size === 0 && topLevelKeys(object, subgraph).includes(of.name));
    const entered = [...object.homes].filter(isIn).flatMap((subgraph) => {
      const keys = keysIn(object, subgraph);
      return keys.every((key) => isPersonalKey(object, key, isFound))
        ? keys.filter((key) => isEntered(object, subgraph, key))
        : [];
    });
    const through = [...object.interfaces].filter((above) => {
      const { objectIn = null, added } = model.interfaces.get(above) ?? {};
      return (
        objectIn !== null &&
        (added?.has(of.name) === true || of.name === 'id') &&
        isPersonalKey(object, 'id', isFound)
      );
    });
    const keys = new Set([...entered, ...(through.length > 0 ? ['id'] : [])]);
    return [...keys].flatMap((key) => pathsOf(key).flatMap((path) => stepsOf(object.name, path)));
  }

  function isPersonalKey(object: ObjectModel, key: string, isFound: ReadonlySet<string>): boolean {
    return pathsOf(key).some((path) =>
      stepsOf(object.name, path).some(({ holder, name }) => isFound.has(`${holder}.${name}`)),
    );
  }

  /** Whether another subgraph has what it takes to enter one by a key. */
  function isEntered(object: ObjectModel, subgraph: string, key: string): boolean {
    const names = pathsOf(key).map(([first = '']) => first);
    const others = [...object.homes].filter((home) => home !== subgraph);
    const isKnown = (home: string): boolean =>
      names.every((name) => topLevelKeys(object, home).includes(name));
    const asObject = [...object.interfaces].some((above) => {
      const { objectIn = null } = model.interfaces.get(above) ?? {};
      return objectIn !== null && objectIn !== subgraph && key === 'id';
    });
    return asObject || others.some(isKnown);
  }

  /** Whose permission it takes, seen from the object that holds what was made. */
  function carriedOver(
    root: string,
    path: readonly string[],
    holder: string,
    input: Demands,
    stack: readonly string[],
  ): Demands {
    const prefixed = input.subjects.map((subject) => ({ ...subject, path: [...path, ...subject.path] }));
    const demands: Demands = { ...input, subjects: prefixed, enclosing: false };
    if (!input.enclosing) return demands;
    const [link, ...deeper] = path;
    if (link === undefined) return { ...demands, enclosing: true };
    if (deeper.length > 0) throw new Error('Only paths of two steps are generated.');
    const ofHolder = declared(holder);
    if (ofHolder.length > 0) {
      const below = ofHolder.map((subject) => ({ ...subject, path: [link, ...subject.path] }));
      return { ...demands, subjects: [...prefixed, ...below] };
    }
    if (model.objects.get(holder)?.kind === 'entity') return { ...demands, unreachable: true };
    const ofLink = personal.has(`${root}.${link}`) ? closed(root, link, stack) : NOTHING;
    if (ofLink.subjects.length > 0 || ofLink.unreachable) {
      return {
        ...demands,
        subjects: [...prefixed, ...ofLink.subjects],
        unreachable: demands.unreachable || ofLink.unreachable,
        enclosing: ofLink.enclosing,
      };
    }
    return parentOf(holder) === null ? { ...demands, unreachable: true } : { ...demands, enclosing: true };
  }

  function declared(type: string): readonly SubjectPath[] {
    const object = model.objects.get(type);
    const above = [...(object?.interfaces ?? [])].flatMap(
      (name) => model.interfaces.get(name)?.applied ?? [],
    );
    return [...(object?.applied ?? []), ...above].flatMap(subjectsOf);
  }

  /** The one type that a value type is a part of. */
  function parentOf(type: string): string | null {
    if (model.objects.get(type)?.kind !== 'value') return null;
    const ways = [...model.objects.values()].filter((object) =>
      [...object.fields.values(), ...addedTo(object)].some(
        ({ type: of, owners }) =>
          (owners.size > 0 || object.kind === 'entity') &&
          !isLeaf(model, of.named) &&
          possibleObjects(model, of.named).some(({ name }) => name === type),
      ),
    );
    const [only, ...others] = ways;
    return only === undefined || others.length > 0 || only.kind === 'root' || only.name === type
      ? null
      : only.name;
  }

  function addedTo(object: ObjectModel): FieldModel[] {
    return [...object.interfaces].flatMap((name) => [...(model.interfaces.get(name)?.added.values() ?? [])]);
  }

  /** Coordinates of all personal fields: whether a key is personal may itself be derived. */
  function personalFields(): ReadonlySet<string> {
    const found = new Set<string>();
    const all = [...model.objects.values()].flatMap((object) =>
      [...object.fields.values(), ...addedTo(object)].map(({ name }) => [object.name, name] as const),
    );
    const isFound = ({ holder, name }: Made): boolean => found.has(`${holder}.${name}`);
    for (const [type, name] of all)
      if (direct(type, name).categories.length > 0) found.add(`${type}.${name}`);
    for (let before = -1; before < found.size;) {
      before = found.size;
      for (const [type, name] of all)
        if (madeOf(type, name, found).some(isFound)) found.add(`${type}.${name}`);
    }
    return found;
  }

  function allDemands(): (readonly [coordinate: string, demands: Demands])[] {
    return [...personal].flatMap((coordinate) => {
      const [type = '', name = ''] = coordinate.split('.');
      const demands = field(type, name);
      return demands === null ? [] : [[coordinate, demands] as const];
    });
  }

  function fieldsOnPaths(of: 'subjects' | 'keys'): ReadonlySet<string> {
    const found = new Set<string>();
    const walk = (type: string, [step, ...rest]: readonly string[]): void => {
      if (step === undefined) return;
      for (const object of possibleObjects(model, type)) {
        found.add(`${object.name}.${step}`);
        const next = fieldOf(model, object.name, step)?.type.named;
        if (next !== undefined) walk(next, rest);
      }
    };
    for (const object of model.objects.values()) {
      if (of === 'keys') {
        for (const { fields } of object.keys) for (const path of pathsOf(fields)) walk(object.name, path);
        continue;
      }
      for (const { path } of declared(object.name)) walk(object.name, path);
      for (const each of object.fields.values()) {
        for (const { path } of each.applied.flatMap(subjectsOf)) walk(object.name, path);
      }
    }
    if (of === 'subjects') {
      for (const [coordinate, demands] of allDemands()) {
        for (const { path } of demands.subjects) walk(coordinate.slice(0, coordinate.indexOf('.')), path);
      }
    }
    for (const above of of === 'subjects' ? model.interfaces.values() : []) {
      for (const each of above.fields.values()) {
        for (const { path } of each.applied.flatMap(subjectsOf)) walk(above.name, path);
      }
    }
    return found;
  }
}

/** One field that another is made of, and how the latter's object leads to its holder. */
interface Made {
  readonly path: readonly string[];
  readonly holder: string;
  readonly name: string;
}

/** Whether any field of a key is personal. */
export function isPersonalKeyOf(model: Model, closure: Closure, object: ObjectModel, key: string): boolean {
  return pathsOf(key).some((path) => {
    let holder = object.name;
    return path.some((step) => {
      const isPersonal = closure.field(holder, step) !== null;
      holder = fieldOf(model, holder, step)?.type.named ?? '';
      return isPersonal;
    });
  });
}

/** The key field sets of an entity in one subgraph. */
export function keysIn({ keys }: ObjectModel, subgraph: string): string[] {
  return keys.flatMap(({ fields, subgraphs }) =>
    subgraphs === 'all' || subgraphs.has(subgraph) ? [fields] : [],
  );
}

function topLevelKeys(object: ObjectModel, subgraph: string): string[] {
  return keysIn(object, subgraph).flatMap((key) => pathsOf(key).map(([first = '']) => first));
}

/** `id org { code }` is `[['id'], ['org', 'code']]`; sets within sets have one field here. */
export function pathsOf(fieldSet: string): string[][] {
  const [path, rest] = leading(fieldSet.trim());
  return path.length === 0 ? [] : [path, ...pathsOf(rest)];
}

function leading(text: string): [path: string[], rest: string] {
  const nested = /^(\w+)\s*\{\s*([^}]*)\}\s*(.*)$/.exec(text);
  const plain = /^(\w+)\s*(.*)$/.exec(text);
  if (nested !== null) return [[nested[1] ?? '', ...(pathsOf(nested[2] ?? '')[0] ?? [])], nested[3] ?? ''];
  return plain === null ? [[], ''] : [[plain[1] ?? ''], plain[2] ?? ''];
}

function subjectsOf({ subject = [], namespace }: Applied): SubjectPath[] {
  return subject.flatMap((text) => pathsOf(text).map((path) => ({ path, namespace: namespace ?? null })));
}

function demandsOf(applied: Applied): Demands {
  const { category, mask, otherwise, allow, deny = [] } = applied;
  return {
    ...NOTHING,
    categories: category === undefined ? [] : [category],
    allow: allow ?? null,
    deny,
    masks: mask === undefined ? [] : [mask],
    rejects: otherwise === 'reject',
    subjects: subjectsOf(applied),
  };
}

/** The strictest of two. */
export function combined(a: Demands, b: Demands): Demands {
  return {
    categories: [...new Set([...a.categories, ...b.categories])].sort(),
    allow: bothAllow(a.allow, b.allow),
    deny: [...a.deny, ...b.deny],
    masks: [...new Set([...a.masks, ...b.masks])],
    rejects: a.rejects || b.rejects,
    subjects: [...a.subjects, ...b.subjects],
    unreachable: a.unreachable || b.unreachable,
    enclosing: a.enclosing || b.enclosing,
  };
}

function bothAllow(a: Demands['allow'], b: Demands['allow']): Demands['allow'] {
  if (a === null) return b;
  if (b === null) return a;
  return a.flatMap((one) => b.flatMap((other) => narrower(one, other)));
}

function narrower(one: string, other: string): readonly string[] {
  if (covers(one, other)) return [other];
  return covers(other, one) ? [one] : [];
}
