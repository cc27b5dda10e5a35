import { HEADER } from '../gatewayHarness.ts';
import {
  writtenType,
  type Applied,
  type ArgumentModel,
  type FieldModel,
  type Model,
  type ObjectModel,
} from './model.ts';

/** One subgraph's schema as its author would write it. */
export function printSubgraph(model: Model, subgraph: string): string {
  const parts: string[] = [HEADER];
  for (const { kind, name, values, applied } of model.leaves) {
    const directives = written(applied, subgraph);
    parts.push(
      kind === 'scalar' ? `scalar ${name}${directives}` : `enum ${name}${directives} { ${values.join(' ')} }`,
    );
  }
  for (const { name, values, applied } of model.inputEnums) {
    const each = values.map((value) => `${value.name}${written(value.applied, subgraph)}`);
    parts.push(`enum ${name}${written(applied, subgraph)} { ${each.join(' ')} }`);
  }
  for (const { name, fields, applied } of model.inputs) {
    parts.push(
      `input ${name}${written(applied, subgraph)} { ${fields.map((each) => input(each, subgraph)).join(' ')} }`,
    );
  }
  for (const { name, homes, fields, objectIn, added, applied } of model.interfaces.values()) {
    const directives = written(applied, subgraph);
    if (objectIn === subgraph) {
      const body = ['id: ID!', ...[...added.values()].map((each) => field(each, subgraph))];
      parts.push(`type ${name} @interfaceObject @key(fields: "id") {\n  ${body.join('\n  ')}\n}`);
    } else if (homes.has(subgraph)) {
      const key = objectIn === null ? '' : ' @key(fields: "id")';
      const body = [...fields.values()].map((each) => field(each, subgraph));
      parts.push(`interface ${name}${key}${directives} {\n  ${body.join('\n  ')}\n}`);
    }
  }
  for (const { name, members, homes } of model.unions.values()) {
    if (homes.has(subgraph)) parts.push(`union ${name} = ${members.join(' | ')}`);
  }
  for (const object of model.objects.values()) {
    if (object.homes.has(subgraph)) parts.push(printObject(model, object, subgraph));
  }
  return parts.join('\n');
}

function printObject(model: Model, object: ObjectModel, subgraph: string): string {
  const keys = object.keys.filter(({ subgraphs }) => subgraphs === 'all' || subgraphs.has(subgraph));
  const implemented = [...object.interfaces].filter(
    (name) => model.interfaces.get(name)?.homes.has(subgraph) === true,
  );
  const isKey = (name: string): boolean => keys.some(({ fields }) => fields.split(/[^\w]+/).includes(name));
  const isRoot = object.kind === 'root';
  const fields = [...object.fields.values()].flatMap((each) => {
    if (object.kind === 'entity' && each.owners.size === 0) {
      return isKey(each.name) ? [`${field(each, subgraph)} @shareable`] : [];
    }
    if (each.owners.has(subgraph)) {
      const isShared =
        !isRoot && (object.kind === 'value' || each.owners.size > 1 || each.externals.size > 0);
      return [`${field(each, subgraph)}${isShared ? ' @shareable' : ''}`];
    }
    return each.externals.has(subgraph) ? [`${field(each, subgraph)} @external`] : [];
  });
  if (fields.length === 0) return '';
  return [
    `type ${object.name}`,
    implemented.length === 0 ? '' : ` implements ${implemented.join(' & ')}`,
    ...keys.map((key) => ` @key(fields: "${key.fields}")`),
    written(object.applied, subgraph),
    ` {\n  ${fields.join('\n  ')}\n}`,
  ].join('');
}

function field(of: FieldModel, subgraph: string): string {
  const args = of.args.length === 0 ? '' : `(${of.args.map((each) => input(each, subgraph)).join(', ')})`;
  const { requires, provides } = of;
  const needs =
    requires?.subgraph === subgraph ? ` @requires(fields: "${requires.paths.map(fieldSet).join(' ')}")` : '';
  const gives = provides?.subgraph === subgraph ? ` @provides(fields: "${provides.fields.join(' ')}")` : '';
  return `${of.name}${args}: ${writtenType(of.type)}${needs}${gives}${written(of.applied, subgraph)}`;
}

/** `a { b }` for `['a', 'b']`. */
export function fieldSet(path: readonly string[]): string {
  return path.reduceRight((below, step) => (below === '' ? step : `${step} { ${below} }`), '');
}

function input({ name, type, applied }: ArgumentModel, subgraph: string): string {
  return `${name}: ${type}${written(applied, subgraph)}`;
}

function written(applied: readonly Applied[], subgraph: string): string {
  return applied
    .filter((each) => each.subgraph === subgraph)
    .map((each) => `${personal(each)}${purpose(each)}`)
    .join('');
}

function personal({ category, declassified, subject, namespace, mask, otherwise }: Applied): string {
  const parts = [
    ...(declassified === true ? ['category: "none"', 'reason: "reviewed"'] : []),
    ...(category === undefined ? [] : [`category: "${category}"`]),
    ...(subject === undefined ? [] : [`subject: ${JSON.stringify(subject)}`]),
    ...(namespace === undefined ? [] : [`namespace: "${namespace}"`]),
    ...(mask === undefined ? [] : [`mask: "${mask}"`]),
    ...(otherwise === undefined ? [] : [`otherwise: "${otherwise}"`]),
  ];
  return parts.length === 0 ? '' : ` @personal(${parts.join(', ')})`;
}

function purpose({ allow, deny }: Applied): string {
  const parts = [
    ...(allow === undefined ? [] : [`allow: ${JSON.stringify(allow)}`]),
    ...(deny === undefined ? [] : [`deny: ${JSON.stringify(deny)}`]),
  ];
  return parts.length === 0 ? '' : ` @purpose(${parts.join(', ')})`;
}
