import { DEPARTURES, type Both, type Told } from './departures.ts';
import type { Answer } from './fuzzWorld.ts';
import { isLeaf, listDepth, type Model } from './model.ts';
import { nulled } from './nulled.ts';
import type { Expected, Path } from './oracle.ts';
import { bodyOf, logLines, recorded } from './readAnswer.ts';

/** One case as each executor answered it. */
export interface ExecutorsInput {
  readonly model: Model;
  readonly expected: Expected;
  readonly compiled: Answer;
  readonly reference: Answer;
}

/**
 * Compares the answers of both executors.
 *
 * @returns what differs without a known departure of the reference; `null` where nothing does.
 */
export function compareExecutors({ model, expected, compiled, reference }: ExecutorsInput): string | null {
  // Where a null went up, the oracle tells of one of those that it is for.
  const failed: readonly Path[] =
    expected.kind === 'answered' ? [...expected.failed, ...expected.rejected] : [];
  const data = expected.kind === 'answered' ? expected.data : null;
  const places = new Set(failed.map((path) => nulled(data, path)));
  const both: Both = {
    compiled: toldIn(compiled),
    reference: toldIn(reference),
    interfaceObjects: new Set(
      [...model.interfaces.values()].flatMap(({ name, objectIn }) => (objectIn === null ? [] : [name])),
    ),
    grids: gridsOf(model),
    uneven: unevenOf(model),
    hasFailed: (path) => places.has(nulled(data, path)),
  };
  const isKnown = (part: string): boolean =>
    DEPARTURES.some(({ parts, explains }) => parts.some((each) => each === part) && explains(both));
  const ours = partsOf(compiled);
  const theirs = partsOf(reference);
  return Object.keys(ours).find((part) => ours[part] !== theirs[part] && !isKnown(part)) ?? null;
}

function gridsOf(model: Model): ReadonlySet<string> {
  const fields = [...model.objects.values()].flatMap((object) => [...object.fields.values()]);
  const grids = fields.filter(({ type }) => listDepth(type) > 1 && !isLeaf(model, type.named));
  return new Set(grids.map(({ name }) => name));
}

function unevenOf(model: Model): ReadonlySet<string> {
  const fields = [...model.objects.values()].flatMap((object) => [...object.fields.values()]);
  const ofObjects = fields.filter(({ type }) => !isLeaf(model, type.named));
  const isUneven = ({ name, type }: (typeof fields)[number]): boolean =>
    ofObjects.some((other) => other.name === name && listDepth(other.type) !== listDepth(type));
  return new Set(ofObjects.filter(isUneven).map(({ name }) => name));
}

/** What must be equal, by what it is called in departures. */
function partsOf(answer: Answer): Readonly<Record<string, string>> {
  const { data, errors } = toldIn(answer);
  const told = new Set(errors.map((error) => JSON.stringify(error)));
  return {
    status: String(answer.status),
    headers: JSON.stringify(Object.entries(answer.headers).filter(([name]) => name !== 'content-length')),
    data: JSON.stringify(data),
    errors: [...told].sort().join('\n'),
    extensions: JSON.stringify(bodyOf(answer.text).extensions),
    record: recorded(answer),
    log: logLines(answer),
  };
}

/** What is said where no subgraph is named. */
const THROWN = 'A subgraph answered in a shape that its schema does not have.';

function toldIn(answer: Answer): Told {
  const { data, errors } = bodyOf(answer.text);
  const record = recorded(answer);
  const [first, ...more] = errors;
  return {
    isThrown: data === null && more.length === 0 && first?.message === THROWN && first.path === undefined,
    data,
    errors: errors.map(({ path = [], extensions }) => ({ path, code: extensions['code'] })),
    record: record === '' ? null : JSON.parse(record),
    queries: answer.sent.map(({ query }) => query),
    representations: answer.sent.flatMap(({ variables: { representations } }) =>
      Array.isArray(representations) ? [representations] : [],
    ),
  };
}
