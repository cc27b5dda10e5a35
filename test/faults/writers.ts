import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Dice } from '../fuzz/dice.ts';
import { readAnswer, type Caller } from './call.ts';
import type { Effect, Write } from './history.ts';
import { REGISTERS, registerName, SUBJECTS, type Register } from './scenario.ts';

/** What a writer did. */
export interface WritingLog {
  readonly writes: Write[];
  readonly problems: string[];
}

/** How a writer goes on. `pauseMs`: the longest wait between two writes. */
export interface WriterOptions {
  /** Unique among the writers of a run. */
  readonly name: string;
  /** Which registers it writes. */
  readonly registers: readonly Register[];
  readonly pauseMs: number;
  /** While nobody is to write. */
  readonly isQuiet: () => boolean;
}

/** One write, as often as it is tried. */
interface Draft {
  readonly tag: string;
  readonly register: Register;
  readonly effect: Effect;
  readonly mutation: string;
}

const ATTEMPTS = 3;
const RETRY_PAUSE_MS = 40;
/** How long a register is left alone after a withdrawal that is not in effect at once, beyond that; and at most. */
const REST_MS = 3_000;
const LONGEST_REST_MS = 15_000;

/** Registers by writer: each one's own, and some that all write. */
export function shareRegisters(writers: number): readonly (readonly Register[])[] {
  return Array.from({ length: writers }, (_, writer) =>
    REGISTERS.filter(
      (register, index) => SUBJECTS.indexOf(register.subject) % 4 === 3 || index % writers === writer,
    ),
  );
}

/** Writes one after the other, through any gateway, until told to stop. */
export async function writeOnAndOn(
  callers: readonly Caller[],
  dice: Dice,
  log: WritingLog,
  { name, registers, pauseMs, isQuiet }: WriterOptions,
  stopped: AbortSignal,
): Promise<void> {
  const last = new Map<Register, Draft>();
  const restingUntil = new Map<Register, number>();
  let latest: Draft | null = null;
  for (let count = 1; !stopped.aborted; count += 1) {
    // A suspension hides everything else, so it is soon over.
    const stays: boolean = latest?.mutation === 'suspendUse' && dice.chance(0.8);
    const awake = registers.filter((each) => (restingUntil.get(each) ?? 0) <= performance.now());
    if (isQuiet() || (awake.length === 0 && !stays)) {
      await sleep(RETRY_PAUSE_MS);
      continue;
    }
    const register: Register = stays && latest !== null ? latest.register : pickRegister(awake, dice);
    const draft = nextDraft(`${name}_${String(count)}`, register, last.get(register) ?? null, dice);
    last.set(register, draft);
    latest = draft;
    for (let attempt = 1; attempt <= ATTEMPTS && !stopped.aborted && !isQuiet(); attempt += 1) {
      const outcome = await writeOnce(dice.pick(callers), draft, log);
      const effectiveInMs = outcome.kind === 'acknowledged' ? outcome.effectiveInMs : null;
      if (effectiveInMs !== null && effectiveInMs > 0 && draft.effect === 'hides' && dice.chance(0.6)) {
        // Left alone for so long, it must be seen to be in effect.
        const rest = Math.min(effectiveInMs + REST_MS, LONGEST_REST_MS);
        restingUntil.set(register, performance.now() + rest);
      }
      // Some give up, which leaves it open whether it happened; some want a change to be effective at once.
      if (effectiveInMs === 0 || dice.chance(effectiveInMs === null ? 0.3 : 0.7)) break;
      await sleep(RETRY_PAUSE_MS);
    }
    await sleep(dice.below(pauseMs));
  }
}

function pickRegister(registers: readonly Register[], dice: Dice): Register {
  const register = dice.pick(registers);
  return register.purpose === null && dice.chance(0.7) ? dice.pick(registers) : register;
}

/** Mostly the contrary of what was written last; else the same again, which changes nothing. */
function nextDraft(tag: string, register: Register, before: Draft | null, dice: Dice): Draft {
  if (before !== null && dice.chance(0.2)) return dice.chance(0.5) ? before : { ...before, tag };
  const effect = before?.effect === 'shows' || (before === null && dice.chance(0.5)) ? 'hides' : 'shows';
  const { purpose } = register;
  const hiding = purpose === null ? 'suspendUse' : dice.pick(purpose.hiding);
  const showing = purpose === null ? 'resumeUse' : 'grantConsent';
  return { tag, register, effect, mutation: effect === 'hides' ? hiding : showing };
}

const receipt = z.object({ write: z.object({ recordId: z.string(), effectiveInMs: z.number() }) });

/** Sends a write once and puts it into the log. */
export async function writeOnce(
  { gateway, call }: Caller,
  { tag, register, effect, mutation }: Draft,
  log: WritingLog,
): Promise<Write['outcome']> {
  const { subject, purpose } = register;
  const query =
    purpose === null
      ? `mutation ($subject: ID!) { write: ${mutation}(subject: $subject) { recordId effectiveInMs } }`
      : `mutation ($subject: ID!, $purpose: String!, $tag: String!) {
          write: ${mutation}(subject: $subject, purpose: $purpose, collectionMethod: $tag) { recordId effectiveInMs }
        }`;
  const variables = purpose === null ? { subject } : { subject, purpose: purpose.key, tag };
  const called = await call({ client: 'consent-desk', query, variables });
  const name = registerName(subject, purpose?.key ?? null);
  const attempt = { tag, register: name, effect, by: gateway.name, invoked: called.began };
  const answer = called.kind === 'answered' ? readAnswer(called.text) : null;
  if (called.kind === 'answered' && (called.status !== 200 || typeof answer === 'string')) {
    log.problems.push(`${gateway.name}, ${mutation}: HTTP ${String(called.status)}: ${called.text}`);
  }
  const written = answer === null || typeof answer === 'string' ? null : receipt.safeParse(answer.data);
  if (called.kind === 'unanswered' || written?.data === undefined) {
    log.writes.push({ ...attempt, outcome: UNKNOWN });
    return UNKNOWN;
  }
  const { recordId, effectiveInMs } = written.data.write;
  const outcome = { kind: 'acknowledged', answered: called.ended, recordId, effectiveInMs } as const;
  log.writes.push({ ...attempt, outcome });
  return outcome;
}

const UNKNOWN = { kind: 'unknown' } as const;
