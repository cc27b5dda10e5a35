import { annotate } from './annotate.ts';
import type { Dice } from './dice.ts';
import {
  fieldOf,
  isLeaf,
  listDepth,
  possibleObjects,
  type ArgumentModel,
  type FieldModel,
  type InputEnumModel,
  type InputModel,
  type InterfaceModel,
  type LeafModel,
  type Model,
  type ObjectModel,
  type TypeRef,
  type UnionModel,
} from './model.ts';

/** A model under construction. */
interface Draft extends Model {
  readonly objects: Map<string, ObjectModel>;
  readonly interfaces: Map<string, InterfaceModel>;
  readonly unions: Map<string, UnionModel>;
}

/** Leaf fields are called alike on all types, so that aliases, keys and merged selections meet. */
const LEAF_NAMES: readonly (readonly [type: string, names: readonly string[]])[] = [
  ['String', ['text0', 'text1', 'text2', 'text3', 'text4']],
  ['String', ['note0', 'note1', 'note2']],
  ['Int', ['num0', 'num1']],
  ['Float', ['rate0']],
  ['Boolean', ['flag0']],
  ['ID', ['ref0']],
  ['Shade', ['shade0', 'shade1']],
  ['Stamp', ['at0', 'at1']],
];

/** A random supergraph with its annotations. It need not compose: some combinations are not satisfiable. */
export function generateModel(dice: Dice): Model {
  const subgraphs = Array.from({ length: 2 + dice.below(3) }, (_, index) => `s${index}`);
  const draft: Draft = {
    subgraphs,
    objects: new Map(),
    interfaces: new Map(),
    unions: new Map(),
    leaves: [
      { kind: 'enum', name: 'Shade', values: ['RED', 'GREEN', 'HIDDEN'], applied: [] },
      { kind: 'scalar', name: 'Stamp', values: [], applied: [] },
    ] satisfies LeafModel[],
    inputs: inputTypes(),
    inputEnums: inputEnums(),
  };
  const query = object('root', 'Query', subgraphs);
  const mutation = object('root', 'Mutation', []);
  addValues(draft, dice);
  addEntities(draft, dice);
  addInterfaceObject(draft, dice);
  addInterfaces(draft, dice);
  addUnions(draft, dice);
  for (const entity of entities(draft)) addFields(draft, entity, dice);
  for (const { name } of entities(draft)) addRequires(draft, name, dice);
  addRoots(draft, query, dice);
  addProvides(draft, query, dice);
  draft.objects.set('Query', query);
  if (dice.chance(0.5)) {
    addMutations(draft, mutation, dice);
    draft.objects.set('Mutation', mutation);
  }
  annotate(draft, dice);
  return draft;
}

function object(kind: ObjectModel['kind'], name: string, homes: readonly string[]): ObjectModel {
  return {
    kind,
    name,
    homes: new Set(homes),
    banned: new Set(),
    keys: [],
    fields: new Map(),
    interfaces: new Set(),
    applied: [],
  };
}

function field(
  name: string,
  type: TypeRef,
  owners: readonly string[],
  args: readonly ArgumentModel[] = [],
): FieldModel {
  return {
    name,
    type,
    args,
    owners: new Set(owners),
    externals: new Set(),
    requires: null,
    provides: null,
    applied: [],
  };
}

const plain = (named: string): TypeRef => ({ named, nonNull: [false] });
const required = (named: string): TypeRef => ({ named, nonNull: [true] });

function typeRef(named: string, dice: Dice, listOften: number): TypeRef {
  const depth = dice.chance(listOften) ? (dice.chance(0.3) ? 2 : 1) : 0;
  return { named, nonNull: Array.from({ length: depth + 1 }, () => dice.chance(0.35)) };
}

function argument(name: string, type: string, named: string): ArgumentModel {
  return { name, type, named, applied: [] };
}

function inputTypes(): InputModel[] {
  return [
    {
      name: 'Filter',
      fields: [
        argument('text', 'String', 'String'),
        argument('mail', 'String = "x"', 'String'),
        argument('sort', 'Sort = BY_NUM', 'Sort'),
        argument('many', '[String!]', 'String'),
        argument('deep', 'Deep', 'Deep'),
      ],
      applied: [],
    },
    {
      name: 'Deep',
      fields: [argument('name', 'String', 'String'), argument('count', 'Int = 1', 'Int')],
      applied: [],
    },
  ];
}

function inputEnums(): InputEnumModel[] {
  const values = ['BY_NUM', 'BY_MAIL', 'BY_NAME'].map((name) => ({ name, applied: [] }));
  return [{ name: 'Sort', values, applied: [] }];
}

function argumentsOf(dice: Dice): readonly ArgumentModel[] {
  const all = [
    argument('by', dice.pick(['Filter', 'Filter = {}', 'Filter = { text: "x" }']), 'Filter'),
    argument('sort', dice.pick(['Sort', 'Sort = BY_NAME']), 'Sort'),
    argument('like', dice.pick(['String', 'String = "x"', '[String!]']), 'String'),
    argument('stamp', 'Stamp', 'Stamp'),
    argument('count', dice.pick(['Int', 'Int = 2']), 'Int'),
  ];
  return dice.some(all, 0.35, 1);
}

function leafField(name: string, named: string, owners: readonly string[], dice: Dice): FieldModel {
  const takes = named === 'String' && dice.chance(0.12);
  return field(name, typeRef(named, dice, 0.2), owners, takes ? argumentsOf(dice) : []);
}

/** Leaf fields with names of their own on the type, each owned by what `ownersFor` says. */
function addLeaves(
  to: Map<string, FieldModel>,
  count: number,
  dice: Dice,
  ownersFor: () => readonly string[],
): void {
  for (let left = count; left > 0; left--) {
    const [named, names] = dice.pick(LEAF_NAMES);
    const name = dice.pick(names);
    if (!to.has(name)) to.set(name, leafField(name, named, ownersFor(), dice));
  }
}

function addValues(draft: Draft, dice: Dice): void {
  const all = [...draft.subgraphs];
  const org = object('value', 'Org', all);
  org.fields.set('code', field('code', required('ID'), all));
  addLeaves(org.fields, 1, dice, () => all);
  draft.objects.set('Org', org);
  const count = 1 + dice.below(3);
  for (let index = count - 1; index >= 0; index--) {
    const homes = dice.chance(0.5) ? all : dice.some(all, 0.6, 1);
    const value = object('value', `V${index}`, homes);
    addLeaves(value.fields, 2 + dice.below(3), dice, () => homes);
    if (dice.chance(0.4)) value.fields.set('ref', field('ref', required('ID'), homes));
    const deeper = [...draft.objects.values()].filter(({ homes: of }) => homes.every((home) => of.has(home)));
    if (deeper.length > 0 && dice.chance(0.5)) {
      value.fields.set('part', field('part', typeRef(dice.pick(deeper).name, dice, 0.4), homes));
    }
    draft.objects.set(value.name, value);
  }
}

function addEntities(draft: Draft, dice: Dice): void {
  const count = 2 + dice.below(3);
  for (let index = 0; index < count; index++) {
    const homes = dice.some(draft.subgraphs, 0.6, index === 0 ? 2 : 1);
    const entity = object('entity', `E${index}`, homes);
    const way = dice.below(8);
    if (way === 0) {
      addKey(entity, 'id part', { part: required('String') });
    } else if (way === 1) {
      addKey(entity, 'id org { code }', { org: required('Org') });
    } else if (way === 2 && homes.length >= 2) {
      const [both, alone] = homes;
      entity.keys.push({
        fields: 'id',
        subgraphs: new Set(draft.subgraphs.filter((each) => each !== alone)),
      });
      entity.keys.push({ fields: 'code', subgraphs: new Set([both ?? '', alone ?? '']) });
      entity.fields.set('id', field('id', required('ID'), []));
      entity.fields.set('code', field('code', required('ID'), []));
    } else addKey(entity, 'id', {});
    draft.objects.set(entity.name, entity);
  }
  // References from values, where both live in the same subgraphs.
  for (const value of draft.objects.values()) {
    if (value.kind !== 'value' || value.name === 'Org' || !dice.chance(0.35)) continue;
    const entity = dice.pick(entities(draft));
    value.fields.set('owner', field('owner', typeRef(entity.name, dice, 0.2), [...value.homes]));
    for (const home of value.homes) entity.homes.add(home);
  }
}

function addKey(entity: ObjectModel, fields: string, more: Readonly<Record<string, TypeRef>>): void {
  entity.keys.push({ fields, subgraphs: 'all' });
  entity.fields.set('id', field('id', required('ID'), []));
  for (const [name, type] of Object.entries(more)) entity.fields.set(name, field(name, type, []));
}

function entities(draft: Draft): ObjectModel[] {
  return [...draft.objects.values()].filter(({ kind }) => kind === 'entity');
}

function addInterfaceObject(draft: Draft, dice: Dice): void {
  if (!dice.chance(0.45)) return;
  const [home, objectIn, ...others] = draft.subgraphs.toSorted(() => dice.below(2) - 0.5);
  if (home === undefined || objectIn === undefined) return;
  const media: InterfaceModel = {
    name: 'Media',
    homes: new Set([home]),
    fields: new Map([['id', field('id', required('ID'), [home])]]),
    objectIn,
    added: new Map(),
    applied: [],
  };
  addLeaves(media.fields, 1 + dice.below(2), dice, () => [home]);
  const extra: readonly (readonly [string, string])[] = [
    ['extra0', 'String'],
    ['extra1', 'Int'],
    ['extra2', 'String'],
  ];
  for (const [name, named] of dice.some(extra, 0.6, 1)) {
    media.added.set(name, leafField(name, named, [objectIn], dice));
  }
  for (const name of ['Book', 'Film'].slice(0, 1 + dice.below(2))) {
    const homes = [home, ...dice.some(others, 0.4)];
    const implementer: ObjectModel = { ...object('entity', name, homes), banned: new Set([objectIn]) };
    addKey(implementer, 'id', {});
    implementer.interfaces.add('Media');
    for (const of of media.fields.values()) {
      if (of.name !== 'id') implementer.fields.set(of.name, implementing(of, [home], dice));
    }
    draft.objects.set(name, implementer);
  }
  draft.interfaces.set('Media', media);
}

/** An implementer's field: the interface's, or a narrower one. */
function implementing(of: FieldModel, owners: readonly string[], dice: Dice): FieldModel {
  const [first = false, ...rest] = of.type.nonNull;
  const type = {
    ...of.type,
    nonNull: [first || dice.chance(0.15), ...rest],
  };
  return field(
    of.name,
    type,
    owners,
    of.args.map((each) => ({ ...each, applied: [] })),
  );
}

function addInterfaces(draft: Draft, dice: Dice): void {
  const count = dice.below(3);
  for (let index = 0; index < count; index++) {
    const homes = dice.some(draft.subgraphs, 0.5, 1);
    const candidates = [...draft.objects.values()].filter(
      ({ kind, name, homes: of, banned, keys }) =>
        name !== 'Org' &&
        !homes.some((home) => banned.has(home)) &&
        (kind === 'value' ? homes.every((home) => of.has(home)) : keys.length === 1),
    );
    const members = dice.some(candidates, 0.5, 1);
    if (members.length === 0) continue;
    const name = `I${index}`;
    const fields = new Map<string, FieldModel>();
    const isOfEntities = members.every(({ kind }) => kind === 'entity');
    if (isOfEntities && dice.chance(0.7)) fields.set('id', field('id', required('ID'), homes));
    addLeaves(fields, 1 + dice.below(2), dice, () => homes);
    // A field that a member already has with another type cannot be the interface's too.
    for (const of of fields.values()) {
      if (of.name !== 'id' && members.some((member) => fieldOf(draft, member.name, of.name) !== undefined)) {
        fields.delete(of.name);
      }
    }
    if (fields.size === 0) continue;
    draft.interfaces.set(name, {
      name,
      homes: new Set(homes),
      fields,
      objectIn: null,
      added: new Map(),
      applied: [],
    });
    for (const member of members) {
      member.interfaces.add(name);
      for (const home of homes) member.homes.add(home);
      for (const of of fields.values()) {
        if (of.name === 'id') continue;
        const owners = member.kind === 'value' ? [...member.homes] : homes;
        member.fields.set(of.name, implementing(of, owners, dice));
      }
    }
  }
}

function addUnions(draft: Draft, dice: Dice): void {
  if (!dice.chance(0.5)) return;
  const homes = [dice.pick(draft.subgraphs)];
  const candidates = [...draft.objects.values()].filter(
    ({ kind, homes: of, banned }) =>
      !homes.some((home) => banned.has(home)) && (kind === 'entity' || homes.every((home) => of.has(home))),
  );
  const members = dice.some(candidates, 0.4, 2);
  if (members.length === 0) return;
  for (const member of members) for (const home of homes) member.homes.add(home);
  draft.unions.set('U0', { name: 'U0', members: members.map(({ name }) => name), homes: new Set(homes) });
}

/** Names of composite types that a field in one subgraph may return. */
function composites(draft: Draft, subgraph: string): string[] {
  return [
    ...[...draft.objects.values()]
      .filter(({ kind, homes, banned }) => (kind === 'entity' ? !banned.has(subgraph) : homes.has(subgraph)))
      .map(({ name }) => name),
    ...[...draft.interfaces.values()]
      .filter(({ homes, objectIn }) => homes.has(subgraph) || objectIn === subgraph)
      .map(({ name }) => name),
    ...[...draft.unions.values()].filter(({ homes }) => homes.has(subgraph)).map(({ name }) => name),
  ];
}

/** An entity that a subgraph refers to is defined there, by its key at least. */
function refer(draft: Draft, named: string, subgraph: string): void {
  const target = draft.objects.get(named);
  if (target?.kind === 'entity') target.homes.add(subgraph);
}

function addFields(draft: Draft, entity: ObjectModel, dice: Dice): void {
  const homes = [...entity.homes];
  const owners = (): readonly string[] => (dice.chance(0.25) ? dice.some(homes, 0.7, 1) : [dice.pick(homes)]);
  addLeaves(entity.fields, 3 + dice.below(4), dice, owners);
  for (const name of dice.some(['link0', 'link1', 'link2'], 0.45)) {
    const owner = dice.pick(homes);
    const named = dice.pick(composites(draft, owner));
    const isShared = draft.objects.get(named)?.kind === 'value' && dice.chance(0.25);
    const sharing = isShared
      ? homes.filter((home) => draft.objects.get(named)?.homes.has(home) === true)
      : [owner];
    const type = typeRef(named, dice, 0.4);
    entity.fields.set(name, field(name, type, sharing));
    refer(draft, named, owner);
  }
}

function addRequires(draft: Draft, type: string, dice: Dice): void {
  const entity = draft.objects.get(type);
  if (entity === undefined || entity.homes.size < 2) return;
  let count = dice.below(3);
  for (const subgraph of [...entity.homes].toSorted(() => dice.below(2) - 0.5)) {
    if (count-- <= 0) return;
    const inputs = requirable(draft, entity, subgraph);
    if (inputs.length === 0) continue;
    const paths = dice.some(inputs, 0.3, 1).slice(0, 2);
    const name = `made_${subgraph}`;
    const made = field(name, typeRef('String', dice, 0), [subgraph]);
    made.requires = { subgraph, paths };
    entity.fields.set(name, made);
    for (const path of paths) {
      let at = entity;
      for (const step of path) {
        const of = at.fields.get(step);
        if (of === undefined) throw new Error(`${at.name} has no field ${step}.`);
        if (!of.owners.has(subgraph)) of.externals.add(subgraph);
        at = draft.objects.get(of.type.named) ?? at;
        if (at.kind === 'entity') at.homes.add(subgraph);
      }
    }
  }
}

/** Paths of plain fields that a subgraph could require of an entity and does not resolve itself. */
function requirable(draft: Draft, entity: ObjectModel, subgraph: string): (readonly string[])[] {
  return [...entity.fields.values()].flatMap((of): (readonly string[])[] => {
    if (of.owners.size === 0 || of.owners.has(subgraph) || of.args.length > 0) return [];
    if (isLeaf(draft, of.type.named)) return [[of.name]];
    const target = draft.objects.get(of.type.named);
    if (target === undefined || target.banned.has(subgraph)) return [];
    const isThere = target.kind === 'entity' || target.homes.has(subgraph);
    if (!isThere || (target.kind === 'entity' && target.keys.length > 1)) return [];
    return [...target.fields.values()]
      .filter((leaf) => isLeaf(draft, leaf.type.named) && leaf.args.length === 0)
      .filter((leaf) => target.kind === 'value' || (leaf.requires === null && leaf.owners.size > 0))
      .map((leaf) => [of.name, leaf.name]);
  });
}

function addRoots(draft: Draft, query: ObjectModel, dice: Dice): void {
  let count = 0;
  const add = (named: string, owner: string, listOften: number): void => {
    const args = dice.chance(0.25) ? argumentsOf(dice) : [];
    const name = `q${count++}`;
    query.fields.set(name, field(name, typeRef(named, dice, listOften), [owner], args));
    refer(draft, named, owner);
  };
  for (const { name, homes } of entities(draft)) add(name, dice.pick([...homes]), 0.7);
  for (const { name, homes } of draft.interfaces.values()) add(name, dice.pick([...homes]), 0.7);
  for (const { name, homes } of draft.unions.values()) add(name, dice.pick([...homes]), 0.7);
  for (const subgraph of draft.subgraphs) {
    if (dice.chance(0.5)) add(dice.pick(composites(draft, subgraph)), subgraph, 0.4);
  }
  if (dice.chance(0.3)) add('String', dice.pick(draft.subgraphs), 0.2);
  const nodes = [...draft.interfaces.values()].filter(({ fields }) => fields.has('id'));
  if (nodes.length > 0 && dice.chance(0.6)) {
    const { name, homes } = dice.pick(nodes);
    query.fields.set(
      'node',
      field('node', plain(name), [dice.pick([...homes])], [argument('id', 'ID!', 'ID')]),
    );
  }
}

function addMutations(draft: Draft, mutation: ObjectModel, dice: Dice): void {
  const count = 1 + dice.below(3);
  for (let index = 0; index < count; index++) {
    const owner = dice.pick(draft.subgraphs);
    const named = dice.chance(0.25) ? 'String' : dice.pick(composites(draft, owner));
    const name = `m${index}`;
    const args = dice.chance(0.6) ? argumentsOf(dice) : [];
    mutation.fields.set(name, field(name, typeRef(named, dice, 0.3), [owner], args));
    mutation.homes.add(owner);
    refer(draft, named, owner);
  }
}

/** A leaf of the returned entity that is resolved elsewhere comes along from here. */
function addProvides(draft: Draft, query: ObjectModel, dice: Dice): void {
  const holders = [query, ...entities(draft)].flatMap((of) => [...of.fields.values()]);
  for (const holder of holders) {
    const [owner, ...others] = holder.owners;
    if (owner === undefined || others.length > 0 || holder.requires !== null || !dice.chance(0.3)) continue;
    const target = draft.objects.get(holder.type.named);
    if (
      target?.kind !== 'entity' ||
      !possibleObjects(draft, target.name).every(({ homes }) => homes.has(owner))
    )
      continue;
    const leaves = [...target.fields.values()].filter(
      (leaf) =>
        isLeaf(draft, leaf.type.named) &&
        listDepth(leaf.type) === 0 &&
        leaf.args.length === 0 &&
        leaf.requires === null &&
        leaf.owners.size > 0 &&
        !leaf.owners.has(owner),
    );
    if (leaves.length === 0) continue;
    const leaf = dice.pick(leaves);
    leaf.externals.add(owner);
    holder.provides = { subgraph: owner, fields: [leaf.name] };
  }
}
