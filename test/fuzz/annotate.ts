import { CATEGORIES, MASKS, PURPOSES } from './generatePolicy.ts';
import type { Dice } from './dice.ts';
import {
  isLeaf,
  type Applied,
  type FieldModel,
  type InterfaceModel,
  type Model,
  type ObjectModel,
} from './model.ts';

/** Puts random annotations on a model, each on the copy of one subgraph. */
export function annotate(model: Model, dice: Dice): void {
  const category = (): string => dice.pick(CATEGORIES);

  const demands = (): Partial<Applied> => ({
    category: category(),
    ...(dice.chance(0.15) ? { mask: dice.pick(MASKS) } : {}),
    ...(dice.chance(0.15) ? { otherwise: dice.pick(['reject', 'reject', 'mask'] as const) } : {}),
    ...purposes(0.1),
  });

  const purposes = (probability: number): Partial<Applied> =>
    dice.chance(probability)
      ? dice.chance(0.5)
        ? { allow: dice.some(PURPOSES, 0.6) }
        : { deny: dice.some(PURPOSES, 0.1, 1) }
      : {};

  const namespace = (): Partial<Applied> => (dice.chance(0.15) ? { namespace: dice.pick(['org', '']) } : {});

  for (const leaf of model.leaves) {
    if (dice.chance(0.15)) {
      leaf.applied.push({
        subgraph: dice.pick(model.subgraphs),
        category: category(),
        ...(leaf.kind === 'scalar' ? purposes(0.2) : {}),
      });
    }
  }

  for (const object of model.objects.values()) {
    if (object.kind !== 'root') onType(object, subjectPaths(model, object, dice));
    const ofFields = subjectPaths(model, object, dice);
    for (const field of object.fields.values()) onField(object, field, ofFields);
  }
  for (const type of model.interfaces.values()) {
    const paths = type.fields.has('id') ? ['id'] : [];
    const homes = [...type.homes];
    if (dice.chance(0.06))
      type.applied.push({ subgraph: dice.pick(homes), category: category(), ...purposes(0.1) });
    if (paths.length > 0 && dice.chance(0.2)) {
      type.applied.push({ subgraph: dice.pick(homes), subject: paths, ...namespace() });
    }
    for (const field of type.fields.values()) {
      if (field.name === 'id' || !dice.chance(0.15)) continue;
      const subject = paths.length > 0 && dice.chance(0.2) ? { subject: paths } : {};
      field.applied.push({ subgraph: dice.pick(homes), ...demands(), ...subject });
    }
    for (const field of type.added.values()) {
      if (dice.chance(0.5)) field.applied.push({ subgraph: type.objectIn ?? '', ...demands() });
    }
  }
  onInputs();

  function onType(object: ObjectModel, paths: readonly string[]): void {
    const homes = [...object.homes];
    if (dice.chance(object.kind === 'entity' ? 0.03 : 0.08)) {
      object.applied.push({ subgraph: dice.pick(homes), category: category(), ...purposes(0.1) });
    }
    const often = object.kind === 'entity' ? 0.92 : 0.5;
    if (paths.length > 0 && dice.chance(often)) {
      const simple = paths.filter((path) => path === 'id');
      const chosen = simple.length > 0 && dice.chance(0.7) ? simple : dice.some(paths, 0.3, 1).slice(0, 2);
      object.applied.push({ subgraph: dice.pick(homes), subject: chosen, ...namespace() });
    }
  }

  function onField(object: ObjectModel, field: FieldModel, paths: readonly string[]): void {
    onArguments(field);
    const owners = [...field.owners];
    if (owners.length === 0) return onKey(object, field);
    const isMade = field.requires !== null;
    const usual = isLeaf(model, field.type.named) ? (isMade ? 0.2 : 0.5) : 0.1;
    // Nobody is known at a root, so that what is personal there is shown to nobody.
    const often = object.kind === 'root' ? usual / 3 : usual;
    if (isMade && dice.chance(0.15)) {
      field.applied.push({ subgraph: dice.pick(owners), declassified: true });
    }
    for (let times = dice.chance(often) ? (dice.chance(0.15) ? 2 : 1) : 0; times > 0; times--) {
      const subject =
        object.kind !== 'root' && paths.length > 0 && dice.chance(0.2)
          ? { subject: dice.some(paths, 0.3, 1).slice(0, 2), ...namespace() }
          : {};
      field.applied.push({ subgraph: dice.pick(owners), ...demands(), ...subject });
    }
  }

  /** A key's field stands in every subgraph that has the key. */
  function onKey(object: ObjectModel, field: FieldModel): void {
    const homes = [...object.homes].filter((home) =>
      object.keys.some(
        ({ fields, subgraphs }) =>
          fields.split(/[^\w]+/).includes(field.name) && (subgraphs === 'all' || subgraphs.has(home)),
      ),
    );
    if (homes.length === 0 || !dice.chance(field.name === 'id' ? 0.04 : 0.15)) return;
    field.applied.push({ subgraph: dice.pick(homes), ...demands() });
  }

  function onArguments(field: FieldModel): void {
    const owners = [...field.owners];
    for (const each of owners.length === 0 ? [] : field.args) {
      if (dice.chance(0.2)) each.applied.push({ subgraph: dice.pick(owners), category: category() });
    }
  }

  function onInputs(): void {
    for (const { fields, applied } of model.inputs) {
      if (dice.chance(0.03)) applied.push({ subgraph: dice.pick(model.subgraphs), category: category() });
      for (const each of fields) {
        if (dice.chance(0.15))
          each.applied.push({ subgraph: dice.pick(model.subgraphs), category: category() });
      }
    }
    for (const { values, applied } of model.inputEnums) {
      if (dice.chance(0.03)) applied.push({ subgraph: dice.pick(model.subgraphs), category: category() });
      for (const each of values) {
        if (dice.chance(0.15))
          each.applied.push({ subgraph: dice.pick(model.subgraphs), category: category() });
      }
    }
  }
}

/** Field sets that lead from an object to an id. */
function subjectPaths(model: Model, object: ObjectModel, dice: Dice): string[] {
  const own = ids(object);
  const linked = [...object.fields.values()].flatMap((field) => {
    const target = model.objects.get(field.type.named) ?? model.interfaces.get(field.type.named);
    if (target === undefined || field.args.length > 0 || field.owners.size === 0 || !dice.chance(0.5))
      return [];
    return ids(target).map((id) => `${field.name} { ${id} }`);
  });
  return [...own, ...linked];
}

function ids({ fields }: ObjectModel | InterfaceModel): string[] {
  return ['id', 'ref', 'code'].filter((name) => fields.has(name));
}
