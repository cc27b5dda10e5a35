import type { OperationDefinitionNode } from 'graphql';
import type { CallerClaims } from '../../policies/admit.ts';
import { parsePolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { admitCaller } from '../admitCaller.ts';
import type { Log } from '../log.ts';
import { createBudget } from './budget.ts';
import { createCandidateGuards, type CandidateGuards } from './candidateGuards.ts';
import { createChanges, keyOf, type Change, type CountedChange, type Outcome } from './changes.ts';
import { compareAnswer, type FoundChanges, type GivenAnswer } from './compareAnswer.ts';
import { refusalCode } from './refusalCode.ts';

/** A request that was answered, with what it was answered from. */
export interface AnsweredRequest extends GivenAnswer {
  /** In force today. */
  readonly policy: Policy;
  readonly claims: CallerClaims;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A request that was refused. */
export interface RefusedRequest extends Pick<AnsweredRequest, 'policy' | 'claims' | 'operation'> {
  readonly error: unknown;
}

/** What is known of a candidate so far. */
export interface CandidateReport {
  /** Whether there is a good one at all. */
  readonly loaded: boolean;
  /** Requests that were compared; not compared, since that would have taken too long; whose comparison failed. */
  readonly compared: number;
  readonly skipped: number;
  readonly failed: number;
  readonly changes: readonly CountedChange[];
}

/** A policy that is tried on the requests of today: it never has a part in an answer. */
export interface Candidate {
  /** Takes note of an answer; it is compared later. Never throws. */
  readonly answered: (request: AnsweredRequest) => void;
  readonly refused: (request: RefusedRequest) => void;
  /** Tries another text from now on, and begins to count anew. @throws PolicyError */
  readonly replace: (text: string) => void;
  readonly report: () => CandidateReport;
  /** Says for the last time what would change. */
  readonly close: () => void;
}

/** Options of `createCandidate`. */
export interface CandidateOptions {
  /** The policy's file, for messages. */
  readonly file: string;
  readonly log: Pick<Log, 'info' | 'failure'>;
  /** Told of each change, for metrics. */
  readonly count?: (change: Change, values: number) => void;
  /** How often it is said what would change, in ms; default 60 000. */
  readonly everyMs?: number;
  /** How much of one processor's time comparing may take; default 0.2. */
  readonly share?: number;
}

/** Answers that may wait to be compared: their data stays in memory meanwhile. */
const MAX_WAITING = 50;
/** Changes that a line of the log holds. */
const MAX_SAID = 50;

/**
 * Creates a candidate.
 *
 * INVARIANT: it sees an answer only after it was made and recorded, and what it throws stays here
 * (test/gateway/candidate/candidate.test.ts).
 */
export function createCandidate(options: CandidateOptions): Candidate {
  const { file, log, count, everyMs = 60_000, share = 0.2 } = options;
  const changes = createChanges();
  const budget = createBudget(share);
  let trying: { readonly policy: Policy; readonly guards: CandidateGuards } | null = null;
  let waiting: (() => FoundChanges)[] = [];
  let isScheduled = false;
  let numbers = { compared: 0, skipped: 0, failed: 0 };
  let saidAt = -1;

  /** One comparison a turn: between them, requests get theirs. */
  function work(): void {
    isScheduled = false;
    const next = waiting.shift();
    if (next === undefined) return;
    const began = performance.now();
    try {
      for (const { change, values } of changes.add(next())) count?.(change, values);
      numbers.compared += 1;
    } catch (error) {
      if (numbers.failed === 0) log.failure('comparing with the candidate policy failed', error);
      numbers.failed += 1;
    }
    budget.spend(performance.now() - began);
    if (waiting.length > 0) schedule();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(work);
  }

  function later(compare: (policy: Policy, guards: CandidateGuards) => FoundChanges): void {
    if (trying === null) return;
    const { policy, guards } = trying;
    if (waiting.length >= MAX_WAITING || !budget.hasLeft()) return void (numbers.skipped += 1);
    waiting.push(() => compare(policy, guards));
    schedule();
  }

  function report(): CandidateReport {
    return { loaded: trying !== null, ...numbers, changes: changes.list() };
  }

  function say(event: string): void {
    const { changes: all, ...rest } = report();
    const seen = rest.compared + rest.skipped + rest.failed;
    if (seen === saidAt) return;
    saidAt = seen;
    log.info(event, { ...rest, changes: all.slice(0, MAX_SAID), more: Math.max(0, all.length - MAX_SAID) });
  }

  const timer = setInterval(() => say('candidate policy: what would change'), everyMs);
  timer.unref();

  return {
    answered: (request) => later((policy, guards) => compareRequest(request, policy, guards)),
    refused: (request) => later((policy) => compareRefusal(request, policy)),
    replace(text) {
      const policy = parsePolicy(text, file);
      if (trying !== null) say('candidate policy: what the one before would have changed');
      trying = { policy, guards: createCandidateGuards(policy) };
      waiting = [];
      changes.clear();
      numbers = { compared: 0, skipped: 0, failed: 0 };
      saidAt = 0;
    },
    report,
    close() {
      clearInterval(timer);
      say('candidate policy: what would have changed');
    },
  };
}

function compareRequest(request: AnsweredRequest, candidate: Policy, guards: CandidateGuards): FoundChanges {
  const { claims, operation, policy, prepared, variables } = request;
  let caller;
  try {
    caller = admitCaller(candidate, claims, operation, Date.now());
    prepared.checkArgumentsUnder(candidate)(caller, variables);
  } catch (error) {
    const code = refusalCode(error);
    if (code === null) throw error;
    return wholeRequest(clientOf(claims, policy, candidate), 'served', `refused ${code}`, 'less');
  }
  return compareAnswer(request, candidate, caller, guards);
}

function compareRefusal(
  { claims, operation, policy, error }: RefusedRequest,
  candidate: Policy,
): FoundChanges {
  const code = refusalCode(error);
  // Other refusals depend on more than who asks what for, which was not looked at.
  if (code === null || code !== refusalBy(policy, claims, operation)) return new Map();
  const again = refusalBy(candidate, claims, operation);
  if (again === code) return new Map();
  const client = clientOf(claims, policy, candidate);
  return again === null
    ? wholeRequest(client, `refused ${code}`, 'served', 'perhaps-more')
    : wholeRequest(client, `refused ${code}`, `refused ${again}`, 'same');
}

/** Why a policy does not admit a caller; `null`: it does. */
function refusalBy(policy: Policy, claims: CallerClaims, operation: OperationDefinitionNode): string | null {
  try {
    admitCaller(policy, claims, operation, Date.now());
    return null;
  } catch (error) {
    const code = refusalCode(error);
    if (code === null) throw error;
    return code;
  }
}

function wholeRequest(
  client: string,
  from: Outcome,
  to: Outcome,
  direction: Change['direction'],
): FoundChanges {
  const change: Change = { coordinate: '(request)', client, from, to, direction };
  return new Map([[keyOf(change), { change, values: 1 }]]);
}

/** What a token says may be anything, until a policy knows it. */
function clientOf({ client }: CallerClaims, ...policies: readonly Policy[]): string {
  return client !== null && policies.some(({ clients }) => clients.has(client)) ? client : '(unknown)';
}
