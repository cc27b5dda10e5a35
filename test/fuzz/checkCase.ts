import { admit } from '../../policies/admit.ts';
import type { Caller } from '../../policies/caller.ts';
import { compareExecutors } from './compareExecutors.ts';
import { randomConsents, type ConsentSource } from './consentSource.ts';
import type { Feature } from './coverage.ts';
import { everyInstance, generateData, NUMBER_TOKEN, STRING_TOKEN, type Data } from './data.ts';
import { decisions, type Settle, type Settled } from './decisions.ts';
import { createDice } from './dice.ts';
import type { Answer, Declare, FuzzWorld } from './fuzzWorld.ts';
import { callersFor, type CallerClaim } from './generatePolicy.ts';
import { GIVEN, type RandomOperation } from './operation.ts';
import { nulled } from './nulled.ts';
import { maskImage, type Expected, type Path } from './oracle.ts';
import { bodyOf, logLines, recorded } from './readAnswer.ts';
import { vary } from './vary.ts';

/** One case on a world. */
export interface FuzzCase {
  readonly operation: RandomOperation;
  /** Settles data, consents, caller, and in what the second data set differs. */
  readonly seed: number;
}

/** A case that went wrong, with what it takes to see why. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/**
 * Checks one case (DESIGN §9): the answer is the oracle's, and another data set that differs in nothing that the
 * caller may know is answered alike.
 *
 * @returns what the case met.
 * @throws Violation.
 */
export async function checkCase(
  world: FuzzWorld,
  consents: ConsentSource,
  { operation, seed }: FuzzCase,
): Promise<ReadonlySet<Feature>> {
  const { model, closure, policy, oracle, pseudonymKey } = world;
  const dice = createDice(seed);
  const met = new Set<Feature>();
  const tokens = { next: 1 };
  const dataInput = { model, dice, tokens, steady: closure.steady };
  const data = generateData(dataInput);
  const claim = dice.pick(callersFor([...data.entities.keys()].map((name) => `user:${name}-1`)));
  const declare: Declare = dice.chance(0.1) ? 'in the operation' : 'by header';
  const states = randomConsents(seed);
  consents.serve(states);

  const caller = callerOf(world, claim);
  const now = Date.now();
  const settle = decisions({ model, closure, policy, caller, stateOf: states.stateOf, now });
  const input = { operation, policy, caller, settle, pseudonymKey };
  const together = new Set<string>();
  const outcomes = new Map<string, Set<string>>();
  let deniesObjects = false;
  let hasTogetherObject = false;
  const onShown = (settled: Settled | null, type: string, name: string): void => {
    if (settled === null) {
      if (isDeclassified(world, type, name)) met.add('declassified');
      return;
    }
    note(world, met, settled, type, name);
    deniesObjects ||= settled.leaf === null && settled.decision.effect === 'deny';
    const coordinate = `${type}.${name}`;
    const known = outcomes.get(coordinate) ?? new Set();
    outcomes.set(coordinate, known.add(settled.decision.effect));
    hasTogetherObject ||= world.together.has(coordinate) && settled.leaf === null;
    if (world.together.has(coordinate) && settled.decision.effect === 'allow') together.add(coordinate);
  };
  const exact = oracle.answer({
    ...input,
    data,
    onShown,
    onLookup: () => met.add('personal arguments looked up by'),
  });

  const objects = dice.chance(0.3) ? 'may differ' : 'stay';
  const inputs = inputCoordinates(world);
  const pair = vary(data, {
    ...dataInput,
    settle,
    imageOf: (value, settled) => maskImage(value, settled, input),
    inputs,
    needed: neededCoordinates(world),
    objects,
  });
  const other = oracle.answer({ ...input, data: pair.data });
  const first = await world.ask(data, operation, claim, declare, 'compiled');
  const second = await world.ask(pair.data, operation, claim, declare, 'compiled');
  const byReference = await world.ask(data, operation, claim, declare, 'reference');

  // What cannot be fetched apart from others may be denied to all alike; so may what stands below it unseen.
  const isMutation = operation.query.startsWith('mutation');
  const isDeniedToSome = deniedCoordinates(data, settle);
  const alternatives = subsets(
    [...together].filter((each) => isMutation || hasTogetherObject || isDeniedToSome.has(each)),
  );
  const expected =
    alternatives
      .map((denied) => oracle.answer({ ...input, data, settle: deniedToAll(settle, denied) }))
      .find((each) => isSameData(each, first)) ?? exact;
  if (expected !== exact && JSON.stringify(shownOf(expected)) !== JSON.stringify(shownOf(exact))) {
    met.add('denied to all, since it cannot be fetched apart');
  }
  const told = (why: string, ...answers: Answer[]): Violation =>
    new Violation(report(world, { operation, seed }, claim, declare, why, expected, answers));
  const check = (isTrue: boolean, why: string): void => {
    if (!isTrue) throw told(why, first, second);
  };

  if (world.mayRefuse && first.text.includes('"OPERATION_NOT_SUPPORTED"')) {
    check(first.text === second.text, 'two data sets: the body differs');
    return new Set(['refused, since what is needed cannot be fetched apart']);
  }
  // What fails beside a denied object, or below a required one, takes it along, and nothing is asked of what was to be
  // found in it.
  const isAskedOtherwise =
    pair.failing.size > 0 && (deniesObjects || [...pair.failing].some((each) => inputs.has(each)));
  compare(expected, first, check);
  if (JSON.stringify(shownOf(exact)) !== JSON.stringify(shownOf(other))) {
    throw told('the pair is none: the oracle itself tells the two data sets apart', first, second);
  }
  check(first.status === second.status, 'two data sets: the status differs');
  check(first.text === second.text, 'two data sets: the body differs');
  check(JSON.stringify(first.headers) === JSON.stringify(second.headers), 'two data sets: headers differ');
  check(first.headers['cache-control'] === 'private, no-store', 'the answer may be cached');
  check(recorded(first) === recorded(second), 'two data sets: the access record differs');
  check(logLines(first) === logLines(second), 'two data sets: the log differs');
  if (objects === 'stay' && !isAskedOtherwise)
    check(sentOf(first) === sentOf(second), 'two data sets: subgraphs are asked otherwise');
  const apart = compareExecutors({ model, expected, compiled: first, reference: byReference });
  if (apart !== null) throw told(`both executors: the ${apart} differs`, first, byReference);
  for (const answer of [first, second]) {
    const shown = `${answer.text}${JSON.stringify(answer.headers)}`;
    const canary = tokensIn(shown).find((token) => pair.canaries.has(token));
    check(canary === undefined, `a value that may not be shown is: ${String(canary)}`);
    const written = `${answer.logged}${answer.audited}`;
    check((written.match(STRING_TOKEN) ?? []).length === 0, 'the log or the access record holds a value');
    check(!written.includes(GIVEN), 'the log or the access record holds a value that was sent');
  }
  for (const [coordinate, effects] of outcomes) {
    if (effects.size > 1) met.add('denied for one subject and not for another');
    if (effects.has('deny') && pair.failing.has(coordinate)) met.add('a denied field fails');
  }
  noteCase(met, { operation, claim, declare, expected, varied: pair.varied, objects });
  return met;
}

function callerOf({ policy }: FuzzWorld, claim: CallerClaim): Caller {
  const ground: unknown = claim.ground === null ? null : JSON.parse(claim.ground);
  const admission = admit(policy, { ...claim, ground, actor: null, purposes: null }, Date.now());
  if (!admission.ok) throw new Error(`The caller is not admitted: ${admission.message}`);
  return admission.caller;
}

function compare(expected: Expected, { text }: Answer, check: (isTrue: boolean, why: string) => void): void {
  const { data = null, errors } = bodyOf(text);
  const codes = errors.map(({ extensions }) => extensions['code']);
  if (expected.kind === 'refused') {
    const isRefused = codes.includes(expected.code) || codes.includes('MASKED_VALUE_WRITTEN');
    check(data === null && isRefused, `expected a refusal with ${expected.code}`);
    return;
  }
  if (expected.kind === 'invalid') {
    check(data === null && errors.length > 0, 'expected an error about the variables');
    return;
  }
  // Stricter than the table: what stands in place of other values may be a value of one's own.
  if (codes.includes('MASKED_VALUE_WRITTEN')) return;
  check(JSON.stringify(data) === JSON.stringify(expected.data), 'the data is not the oracle’s');
  const at = (paths: readonly Path[]): Set<string> =>
    new Set(paths.map((path) => nulled(expected.data, path)));
  const rejected = at(
    errors.flatMap(({ path, extensions }) =>
      extensions['code'] === 'PERSONAL_DATA_REJECTED' ? [path ?? []] : [],
    ),
  );
  const failed = at(expected.failed);
  const due = at(expected.rejected);
  for (const place of rejected)
    check(due.has(place), `rejected, and the oracle shows no rejection: ${place}`);
  for (const place of due) check(rejected.has(place) || failed.has(place), `no rejection told: ${place}`);
  // An error about some items of a list stands at the list; one beside what a rejection nulls may be told or not.
  const explains = (path: Path): boolean =>
    due.has(nulled(expected.data, path)) ||
    failed.has(nulled(expected.data, path)) ||
    [...expected.failed, ...expected.rejected].some((other) =>
      path.every((step, index) => other[index] === step),
    );
  for (const { path, extensions, message } of errors) {
    if (extensions['code'] === 'PERSONAL_DATA_REJECTED') continue;
    check(extensions['code'] === 'SUBGRAPH_ERROR', `an unknown error: ${message}`);
    check(path === undefined || explains(path), 'an error where nothing failed');
  }
}

/** Coordinates that are denied for some object of the data. */
function deniedCoordinates(data: Data, settle: Settle): ReadonlySet<string> {
  const found = new Set<string>();
  for (const instance of everyInstance(data)) {
    for (const name of instance.cells.keys()) {
      if (settle(instance, name)?.decision.effect === 'deny') found.add(`${instance.type}.${name}`);
    }
  }
  return found;
}

function deniedToAll(settle: Settle, coordinates: ReadonlySet<string>): Settle {
  return (instance, name) => {
    const settled = settle(instance, name);
    return settled === null || !coordinates.has(`${instance.type}.${name}`)
      ? settled
      : { ...settled, decision: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' } };
  };
}

/** All subsets of a few items, the empty one first; of many items the smallest and the largest. */
function subsets(items: readonly string[]): ReadonlySet<string>[] {
  const some = items.slice(0, 6);
  const all = Array.from(
    { length: 2 ** some.length },
    (_, bits) => new Set(some.filter((__, index) => (bits >> index) % 2 === 1)),
  );
  return items.length > some.length ? [...all, new Set(items)] : all;
}

function isSameData(expected: Expected, { text }: Answer): boolean {
  const { data = null } = bodyOf(text);
  return expected.kind === 'answered' && JSON.stringify(data) === JSON.stringify(expected.data);
}

function shownOf(expected: Expected): unknown {
  return expected.kind === 'answered' ? [expected.data, expected.rejected] : expected;
}

/** What subgraphs were sent, but for the keys and inputs that representations hold, or must hold to be sent. */
function sentOf({ sent }: Answer): string {
  return sent
    .filter(({ query }) => !query.includes('made_'))
    .map(({ subgraph, query, variables }) => {
      const { representations, ...others } = variables;
      const entities: unknown[] = Array.isArray(representations) ? representations : [];
      const types = entities.map((entity) =>
        typeof entity === 'object' && entity !== null && '__typename' in entity ? entity.__typename : null,
      );
      return JSON.stringify([subgraph, query, others, types]);
    })
    .toSorted()
    .join('\n');
}

function tokensIn(text: string): string[] {
  return [...(text.match(STRING_TOKEN) ?? []), ...(text.match(NUMBER_TOKEN) ?? [])];
}

function inputCoordinates({ model }: FuzzWorld): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of model.objects.values()) {
    for (const { requires } of object.fields.values()) {
      for (const path of requires?.paths ?? []) {
        let holder = object.name;
        for (const step of path) {
          found.add(`${holder}.${step}`);
          holder = model.objects.get(holder)?.fields.get(step)?.type.named ?? '';
        }
      }
    }
  }
  return found;
}

/**
 * Coordinates that a declassified field is made of and that may not be null: Federation asks for no field whose
 * input is missing, so that one tells whether they are there, which is a part of its declassification.
 */
function neededCoordinates({ model }: FuzzWorld): ReadonlySet<string> {
  const found = new Set<string>();
  const need = (type: string, name: string): void => {
    for (const [step = ''] of model.objects.get(type)?.fields.get(name)?.requires?.paths ?? []) {
      if (found.has(`${type}.${step}`)) continue;
      found.add(`${type}.${step}`);
      need(type, step);
    }
  };
  for (const object of model.objects.values()) {
    for (const { name, applied } of object.fields.values()) {
      if (applied.some(({ declassified }) => declassified === true)) need(object.name, name);
    }
  }
  return found;
}

function note({ model }: FuzzWorld, met: Set<Feature>, settled: Settled, type: string, name: string): void {
  const { decision, denial, mask, demands } = settled;
  const object = model.objects.get(type);
  const field = object?.fields.get(name);
  if (decision.effect === 'allow') {
    met.add(
      decision.level === 'full'
        ? 'allowed in full'
        : mask.kind === 'mask'
          ? 'masked, a part or token'
          : 'masked, a constant',
    );
    if (decision.reason === 'GROUND') met.add('under a ground');
    if (decision.reason === 'SELF') met.add('by the subject themself');
    return;
  }
  if (denial.kind === 'reject') met.add('rejected');
  else if (Array.isArray(denial.value)) met.add('denied list, shown empty');
  else met.add(settled.leaf === null ? 'denied object, shown null' : 'denied, shown as a constant');
  if (field === undefined) met.add('interface object, denied');
  if (decision.reason === 'SUBJECT_UNRESOLVED') met.add('subject unresolved');
  if (decision.reason === 'CONSENT_UNAVAILABLE') met.add('consent unavailable');
  if (demands.enclosing && object?.kind === 'value') met.add('inherited subject');
  if ((field?.type.nonNull.length ?? 0) > 2) met.add('list of lists, denied');
  if (field?.owners.size === 0) met.add('keys denied');
  if (field !== undefined && field.requires !== null) {
    met.add('made of denied inputs');
    const isChain = field.requires.paths.some((path) => path.some((step) => step.startsWith('made_')));
    if (isChain) met.add('made of what was made of denied inputs');
  }
}

function isDeclassified({ model }: FuzzWorld, type: string, name: string): boolean {
  const field = model.objects.get(type)?.fields.get(name);
  return field?.applied.some(({ declassified }) => declassified === true) === true;
}

interface Noted {
  readonly operation: RandomOperation;
  readonly claim: CallerClaim;
  readonly declare: Declare;
  readonly expected: Expected;
  readonly varied: number;
  readonly objects: 'may differ' | 'stay';
}

function noteCase(met: Set<Feature>, noted: Noted): void {
  const { operation, claim, declare, expected, varied, objects } = noted;
  const { query } = operation;
  if (expected.kind === 'refused') {
    met.clear();
    met.add(
      query.startsWith('mutation') ? 'personal input of a mutation refused' : 'personal arguments refused',
    );
    return;
  }
  if (expected.kind === 'invalid') {
    met.clear();
    return;
  }
  if (query.startsWith('mutation')) met.add('mutation answered');
  if (varied > 0) met.add('two data sets told apart by nobody');
  if (varied > 0 && objects === 'may differ') met.add('denied objects differ');
  if (expected.failed.length > 0) met.add('a shown field fails');
  const wentUp = expected.rejected.some((path) => nulled(expected.data, path) !== JSON.stringify(path));
  if (wentUp) met.add('rejected, and null went up');
  if (/\b(I\d|U0|Media)\b/.test(query)) met.add('interface or union');
  if (/(__proto__|constructor|toString): /.test(query)) met.add('hostile alias');
  if (/\$(__proto__|constructor|toString)\b/.test(query)) met.add('hostile variable');
  if (/@(skip|include)/.test(query)) met.add('conditions');
  if (declare === 'in the operation' && claim.purpose !== null) met.add('purpose declared in the operation');
}

function report(
  world: FuzzWorld,
  { operation, seed }: FuzzCase,
  claim: CallerClaim,
  declare: Declare,
  why: string,
  expected: Expected,
  answers: readonly Answer[],
): string {
  const [first, second] = answers;
  return [
    why,
    `world ${String(world.seed)}, case ${String(seed)}, ${JSON.stringify(claim)} ${declare}`,
    operation.query,
    `variables ${JSON.stringify(operation.variables)}`,
    `expected ${JSON.stringify(expected)}`,
    `answered ${first?.text ?? ''}`,
    `answered ${second?.text ?? ''}`,
    `log and access record ${first?.logged ?? ''}${first?.audited ?? ''}`,
    ...(first?.sent ?? []).map(
      ({ subgraph, query, variables }) => `to ${subgraph}: ${query} ${JSON.stringify(variables)}`,
    ),
    ...(second?.sent ?? []).map(
      ({ subgraph, query, variables }) => `to ${subgraph} (second): ${query} ${JSON.stringify(variables)}`,
    ),
  ].join('\n');
}
