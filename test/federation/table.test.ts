import { readFile } from 'node:fs/promises';
import { FEDERATION_VERSIONS, FeatureVersion } from '@apollo/federation-internals';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { switchedExecutor, type ExecutorName, type SwitchedExecutor } from '../bothExecutors.ts';
import {
  composeTest,
  startGateway,
  type TestAnswer,
  type TestGateway,
  type TestRequest,
} from '../gatewayHarness.ts';
import { startPlainGateway, type PlainGateway } from '../plainGateway.ts';
import { settledRecord } from '../settledRecord.ts';
import { monolith, type Monolith } from './monolith.ts';
import { CONSTRUCTS, DIRECTIVES } from './table/constructs.ts';
import { federationDocs } from './table/federationDocs.ts';
import { REFUSED } from './table/refused.ts';
import type { Answered, Case, Expected, Row, Scene, Variant } from './table/scene.ts';
import { refusedSubgraphs, sceneResolver, sceneSubgraphs } from './table/sceneSubgraphs.ts';
import { SCENES } from './table/scenes.ts';

describe.each(SCENES)('$name', (scene) => {
  describe.runIf(scene.rows.length > 0)('where nothing is annotated', () => {
    let ours: SceneGateway;
    let plain: PlainGateway | null = null;
    let oracle: Monolith;

    beforeAll(async () => {
      ours = await start(scene);
      const starting = startPlainGateway(ours.supergraph);
      if (scene.plainRefuses === undefined) plain = await starting;
      else await expect(starting).rejects.toThrow(scene.plainRefuses);
      oracle = monolith(ours.supergraph, (type, field) => sceneResolver(scene, type, field));
    });

    afterAll(async () => {
      await plain?.close();
      await ours.close();
    });

    it.each(scene.rows)('$construct: $name', async (row) => {
      const { query, variables = {}, operationName, expected } = row;
      const request = { query, variables, ...(operationName === undefined ? {} : { operationName }) };
      ours.forget();
      scene.reset?.();
      const answer = await ours.send(request);
      const asked = askedOf(scene, ours);
      await expectSame(scene, ours, request, row);
      scene.reset?.();
      const theirs = await plain?.send(request);

      expect(shown(answer, expected)).toEqual(wanted({ ...expected, ...errorsOf(row.ours) }));
      expectAsked(asked, expected);
      if (theirs === undefined) expect(scene.plainRefuses).toBeDefined();
      else if (row.plain === undefined) {
        expect(shown(theirs, expected)).toEqual(wanted(expected));
      } else {
        expect(shown(theirs, expected)).not.toEqual(wanted(expected));
      }

      if (row.oracle !== undefined) return;
      if ('refused' in expected) {
        expect(validate(oracle.schema, parse(query))).not.toEqual([]);
        return;
      }
      scene.reset?.();
      const right = await oracle.execute(query, variables, operationName);
      expect(JSON.stringify(expected.data)).toBe(JSON.stringify(right.data));
      expect(isTold(expected)).toBe(right.errors !== undefined);
    });
  });

  describe.each(scene.variants)('annotated: $name', (variant) => {
    let gateway: SceneGateway;

    beforeAll(async () => (gateway = await start(scene, variant)));

    afterAll(async () => await gateway.close());

    it.each(variant.cases)('$construct: $name', async (row) => await check(scene, gateway, row));
  });
});

describe('what neither loads', () => {
  it.each(REFUSED)('$construct: $name', async (scene) => {
    const supergraph = composeTest(refusedSubgraphs(scene));
    await expect(startPlainGateway(supergraph)).rejects.toThrow(scene.because);
    for (const annotations of [{}, scene.annotations]) {
      const subgraphs = refusedSubgraphs(scene, annotations);
      await expect(startGateway({ subgraphs })).rejects.toThrow(scene.because);
    }
  });
});

describe('the table', () => {
  const unannotated = new Set([
    ...SCENES.flatMap(({ rows }) => rows.flatMap(({ construct }) => construct)),
    ...REFUSED.map(({ construct }) => construct),
  ]);
  const annotated = new Set([
    ...SCENES.flatMap(({ variants }) =>
      variants.flatMap(({ cases }) => cases.flatMap(({ construct }) => construct)),
    ),
    ...REFUSED.map(({ construct }) => construct),
  ]);

  it('knows every directive of Apollo Federation 2.9', () => {
    const spec = FEDERATION_VERSIONS.find(new FeatureVersion(2, 9));
    const own = [...(spec?.directiveSpecs() ?? [])].map(({ name }) => `@${name}`);
    expect(own.length).toBeGreaterThan(15);
    expect(Object.keys(DIRECTIVES).sort()).toEqual([...own, '@link'].sort());
  });

  it.each(Object.keys(CONSTRUCTS))('has rows for %s, annotated and not', (construct) => {
    expect([...unannotated]).toContain(construct);
    expect([...annotated]).toContain(construct);
  });

  it('is what docs/federation.md shows (write it with: npx node test/federation/table/federationDocs.ts)', async () => {
    expect(await readFile('docs/federation.md', 'utf8')).toBe(await federationDocs());
  });
});

async function check(scene: Scene, gateway: SceneGateway, row: Case): Promise<void> {
  const { query, variables = {}, operationName, caller, expected, masked, unsent = [], keysAreSent } = row;
  gateway.forget();
  scene.reset?.();
  const logged = gateway.logged().length;
  const audited = gateway.audited().length;
  const request = { query, variables, ...(operationName === undefined ? {} : { operationName }), ...caller };
  const answer = await gateway.send(request);

  expect(shown(answer, expected)).toEqual(wanted(expected));
  expectAsked(askedOf(scene, gateway), expected);
  if (masked !== undefined) expect(maskedOf(answer)).toEqual(masked);

  const may = canariesOf(JSON.stringify([expected, variables, query]));
  const told = [answer.text, JSON.stringify([...answer.headers])].join('\n');
  expect(canariesOf(told).filter((canary) => !may.includes(canary))).toEqual([]);
  const records = [gateway.logged().slice(logged), ...gateway.audited().slice(audited)].join('\n');
  expect(canariesOf(records)).toEqual([]);
  const sent = Object.keys(scene.typeDefs).flatMap((name) => gateway.sent(name));
  if (keysAreSent === undefined) {
    const known = canariesOf(JSON.stringify([variables, query]));
    expect(canariesOf(JSON.stringify(sent)).filter((canary) => !known.includes(canary))).toEqual([]);
  }
  for (const name of unsent) {
    for (const each of sent) expect(each.query).not.toMatch(new RegExp(`\\b${name}\\b`));
  }
  await expectSame(scene, gateway, request, row);
}

/** A gateway of ours that runs the same plans by either executor. */
interface SceneGateway extends TestGateway {
  readonly use: SwitchedExecutor['use'];
}

async function start(scene: Scene, variant?: Variant): Promise<SceneGateway> {
  const { execute, use } = switchedExecutor();
  const gateway = await startGateway({
    subgraphs: sceneSubgraphs(scene, variant?.annotations),
    states: variant?.states ?? {},
    override: {
      execute,
      ...(scene.subgraphTimeoutMs === undefined ? {} : { subgraphTimeoutMs: scene.subgraphTimeoutMs }),
    },
  });
  return { ...gateway, use };
}

/** The reference executor answers a request as the compiled one does, or departs as the row says. */
async function expectSame(
  scene: Scene,
  gateway: SceneGateway,
  request: TestRequest,
  { reference }: Pick<Row, 'reference'>,
): Promise<void> {
  const outcomeBy = async (name: ExecutorName): Promise<unknown> => {
    gateway.use(name);
    scene.reset?.();
    const audited = gateway.audited().length;
    const { status, data, errors, extensions } = await gateway.send(request);
    return {
      status,
      data: JSON.stringify(data ?? null),
      errors: [
        ...new Set(errors.map((error) => JSON.stringify([error.path, error.extensions['code']]))),
      ].sort(),
      extensions,
      records: gateway.audited().slice(audited).map(settledRecord),
    };
  };
  const theirs = await outcomeBy('reference');
  const ours = await outcomeBy('compiled');
  if (reference === undefined) expect(theirs).toEqual(ours);
  else expect(theirs).not.toEqual(ours);
}

/** What an answer says, in the form of `wanted`: errors by where they are, since gateways word them differently. */
function shown(answer: TestAnswer, expected: Expected): unknown {
  if ('refused' in expected)
    return { refused: answer.errors[0]?.extensions['code'], data: answer.data ?? undefined };
  const completion = answer.extensions['valueCompletion'];
  return {
    data: JSON.stringify(answer.data ?? null),
    errors: paths(answer.errors),
    completion: paths(Array.isArray(completion) ? (completion as TestAnswer['errors']) : []),
  };
}

function errorsOf(ours: Row['ours']): Pick<Answered, 'errors'> {
  return ours === undefined ? {} : { errors: ours.errors };
}

function wanted(expected: Expected): unknown {
  if ('refused' in expected) return { refused: expected.refused, data: undefined };
  const { data, errors = [], completion = [] } = expected;
  return { data: JSON.stringify(data), errors: [...errors].sort(), completion: [...completion].sort() };
}

function isTold({ errors = [], completion = [] }: Answered): boolean {
  return errors.length + completion.length > 0;
}

function paths(errors: readonly { readonly path?: readonly (string | number)[] | undefined }[]): string[] {
  return [...new Set(errors.map(({ path = [] }) => path.join('.')))].sort();
}

function expectAsked(asked: readonly string[], expected: Expected): void {
  const wanted = expected.asked ?? ('refused' in expected ? [] : undefined);
  if (wanted !== undefined) expect(asked).toEqual(wanted);
}

function askedOf({ typeDefs }: Scene, gateway: TestGateway): readonly string[] {
  return Object.keys(typeDefs)
    .filter((name) => gateway.sent(name).length > 0)
    .sort();
}

function canariesOf(text: string): readonly string[] {
  return [...new Set(text.match(/canary-[\w-]*/gi) ?? [])];
}

const privacySchema = z.object({
  masked: z.array(
    z.object({
      coordinate: z.string(),
      path: z.string(),
      rows: z.array(z.string()),
      decision: z.string(),
      reason: z.string(),
    }),
  ),
});

function maskedOf({ extensions }: TestAnswer): readonly string[] {
  return privacySchema
    .parse(extensions['privacy'])
    .masked.map(({ coordinate, path, rows, decision, reason }) =>
      [coordinate, path, ...(rows.length === 0 ? [] : [rows.join(',')]), decision, reason].join(' '),
    );
}
