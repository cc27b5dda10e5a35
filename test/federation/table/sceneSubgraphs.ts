import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { GraphQLScalarType, Kind, parse } from 'graphql';
import { PRIVACY_LINK_SDL } from '../../../directives/spec.ts';
import { FEDERATION_HEADER, type TestSubgraph } from '../../gatewayHarness.ts';
import { annotate } from './annotate.ts';
import type { RefusedScene, Scene, Variant } from './scene.ts';

/** A scene's subgraphs, annotated or not. */
export function sceneSubgraphs(
  scene: Scene,
  annotations: Variant['annotations'] = {},
): readonly TestSubgraph[] {
  for (const name of Object.keys(annotations)) {
    if (!(name in scene.typeDefs)) throw new Error(`${scene.name} has no subgraph ${name}`);
  }
  return Object.entries(scene.typeDefs).map(([name, sdl]) => {
    const own = annotations[name];
    const header = scene.headers?.[name] ?? FEDERATION_HEADER;
    const onWire = scene.onWire?.[name];
    return {
      name,
      header: own === undefined ? header : header + PRIVACY_LINK_SDL,
      typeDefs: own === undefined ? sdl : annotate(sdl, own),
      resolvers: resolversOf(scene, name, sdl),
      ...(onWire === undefined ? {} : { onWire }),
    };
  });
}

/** Subgraphs of a scene that is not even loaded. */
export function refusedSubgraphs(
  { typeDefs }: RefusedScene,
  annotations: Variant['annotations'] = {},
): readonly TestSubgraph[] {
  const scene: Scene = { name: '', typeDefs, resolvers: {}, rows: [], variants: [] };
  return sceneSubgraphs(scene, annotations);
}

/** A resolver of one field of a scene; `undefined` where the property of that name will do. */
export function sceneResolver({ resolvers }: Scene, type: string, field: string) {
  const ofType = resolvers[type];
  if (ofType === undefined || ofType instanceof GraphQLScalarType) return undefined;
  const resolver = new Map(Object.entries(ofType)).get(field);
  return typeof resolver === 'function' ? resolver : undefined;
}

/** Only those that the subgraph's schema has, since buildSubgraphSchema takes no others. */
function resolversOf(scene: Scene, subgraph: string, sdl: string): GraphQLResolverMap<unknown> {
  const map: Record<string, Record<string, NonNullable<ReturnType<typeof sceneResolver>>>> = {};
  for (const definition of parse(sdl).definitions) {
    const isObject =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
    if (!isObject && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const own = map[type] ?? {};
    const find = scene.references?.[type];
    if (find !== undefined && definition.directives?.some(({ name }) => KEYS.has(name.value))) {
      own['__resolveReference'] = (ref: Readonly<Record<string, unknown>>) => {
        const found = find(ref, subgraph);
        return found === null ? null : { ...found, ref };
      };
    }
    for (const field of isObject ? (definition.fields ?? []) : []) {
      const resolver = sceneResolver(scene, type, field.name.value);
      if (resolver !== undefined) own[field.name.value] = resolver;
    }
    if (Object.keys(own).length > 0) map[type] = own;
  }
  return map;
}

/** `@key`, and what scenes call it. */
const KEYS: ReadonlySet<string> = new Set(['key', 'uid', 'federation__key']);
