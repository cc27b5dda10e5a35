import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Person } from '../../subgraphs/people.ts';
import type { Dice } from '../fuzz/dice.ts';
import { readAnswer, type Answer, type Caller } from './call.ts';
import type { Read } from './history.ts';
import { PEOPLE, PURPOSES, registerName, subjectOf, type ReadPurpose } from './scenario.ts';

/** What a reader saw. */
export interface ReadingLog {
  readonly reads: Read[];
  /** Answers that no gateway may give. */
  readonly problems: string[];
  readonly counts: { answered: number; unanswered: number; failed: number; unavailable: number };
}

/** An empty one. */
export function createReadingLog(): ReadingLog {
  return { reads: [], problems: [], counts: { answered: 0, unanswered: 0, failed: 0, unavailable: 0 } };
}

const LIST = `{ users(first: ${String(PEOPLE.length)}) { id name email } }`;
const ONE = 'query ($id: ID!) { user(id: $id) { id name email } }';

/** How long a reader waits after an answer, at most, and after none. */
const PAUSE_MS = 30;
const AFTER_FAILURE_MS = 50;

/** Reads one after the other, through any gateway and for any purpose, until told to stop. */
export async function readOnAndOn(
  callers: readonly Caller[],
  dice: Dice,
  log: ReadingLog,
  stopped: AbortSignal,
): Promise<void> {
  while (!stopped.aborted) {
    const outcome = await readOnce(dice.pick(callers), dice, log);
    await sleep(outcome === 'unanswered' ? AFTER_FAILURE_MS : dice.below(PAUSE_MS));
  }
}

async function readOnce(
  { gateway, call }: Caller,
  dice: Dice,
  log: ReadingLog,
): Promise<'answered' | 'unanswered'> {
  const purpose = dice.pick(PURPOSES);
  const one = dice.chance(0.4) ? dice.pick(PEOPLE) : null;
  const called = await call({
    ...(one === null ? { query: LIST } : { query: ONE, variables: { id: one.id } }),
    client: purpose.client,
    purpose: purpose.key,
    recipient: purpose.recipient,
  });
  if (called.kind === 'unanswered') {
    log.counts.unanswered += 1;
    return 'unanswered';
  }
  log.counts.answered += 1;
  const { began, ended, status, text } = called;
  const found = status === 200 ? seenIn(readAnswer(text), one) : `HTTP ${String(status)}: ${text}`;
  if (typeof found === 'string') {
    log.problems.push(`${gateway.name} at ${ended.toFixed(0)} ms: ${found}`);
    return 'answered';
  }
  if (found === null) {
    log.counts.failed += 1;
    return 'unanswered';
  }
  log.counts.unavailable += found.unavailable;
  for (const { person, shown } of found.rows) {
    const registers = registersOf(subjectOf(person.id), purpose);
    log.reads.push({ began, ended, registers, shown, by: gateway.name });
  }
  return 'answered';
}

const remembered = new Map<string, readonly string[]>();

/** Of a subject and a purpose; always the same list, since there are very many reads. */
function registersOf(subject: string, purpose: ReadPurpose): readonly string[] {
  const name = registerName(subject, purpose.key);
  const known = remembered.get(name) ?? [name, registerName(subject, null)];
  remembered.set(name, known);
  return known;
}

interface Seen {
  readonly rows: readonly { readonly person: Person; readonly shown: boolean }[];
  /** How many entries of the report say that consent could not be read. */
  readonly unavailable: number;
}

const user = z.object({ id: z.string(), name: z.string(), email: z.string() });
const list = z.object({ users: z.array(user).length(PEOPLE.length) });
const single = z.object({ user });

/** Who is shown in an answer; `null`: what was to be shown could not be fetched; a text for one that may not be given. */
export function seenIn(answer: Answer | string, one: Person | null): Seen | string | null {
  if (typeof answer === 'string') return answer;
  const { data, errors, extensions } = answer;
  const isUnfetched = errors.every(({ extensions: { code } }) => code === 'SUBGRAPH_ERROR');
  if (errors.length > 0 && isUnfetched && Object.values(data ?? {}).every((value) => value === null))
    return null;
  if (errors.length > 0) return `errors: ${errors.map(({ message }) => message).join(' ')}`;
  const people = one === null ? PEOPLE : [one];
  const users =
    one === null
      ? list.safeParse(data).data?.users
      : [single.safeParse(data).data?.user].flatMap((it) => it ?? []);
  if (users?.length !== people.length) return `data of another shape: ${JSON.stringify(data)}`;
  const masked = extensions.privacy?.masked;
  if (masked === undefined) return 'it does not say what is masked';
  const rows: { person: Person; shown: boolean }[] = [];
  for (const [row, person] of people.entries()) {
    const values = users[row];
    if (values?.id !== person.id) return `row ${String(row)} is ${String(values?.id)}`;
    const shown: boolean[] = [];
    for (const key of ['name', 'email'] as const) {
      const isShown = values[key] === person[key];
      const path = one === null ? `users[].${key}` : `user.${key}`;
      const isSaid = masked.some(
        (entry) => entry.path === path && (one !== null || entry.rows.some((range) => covers(range, row))),
      );
      if (isShown === isSaid)
        return `${path} of row ${String(row)} is shown and said to be masked, or neither`;
      shown.push(isShown);
    }
    if (shown[0] !== shown[1]) return `row ${String(row)} is shown in part`;
    rows.push({ person, shown: shown.includes(true) });
  }
  const unavailable = masked.filter(({ reason }) => reason === 'CONSENT_UNAVAILABLE').length;
  return { rows, unavailable };
}

/** Whether a range such as `3` or `1-4` has the row. */
function covers(range: string, row: number): boolean {
  const [first = Number.NaN, last = first] = range.split('-').map(Number);
  return first <= row && row <= last;
}
