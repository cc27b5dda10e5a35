import type {
  Acknowledged,
  Calm,
  History,
  Promises,
  Recorded,
  Verdict,
  Violation,
  Write,
} from './history.ts';

/** A write that was acknowledged. */
interface Known extends Write {
  readonly outcome: Acknowledged;
}

/** A withdrawal, with the time from which on nothing may be shown by what was before it. */
interface Withdrawal {
  readonly write: Known;
  readonly effectiveAt: number;
  /** What it follows from that it must be in effect then. */
  readonly because: 'shown after withdrawal' | 'shown long after the fault was over';
  /** Its place in the record; -1 where it is not there, which is told as a lost write. */
  readonly place: number;
}

/** What is known of one register. */
interface Register {
  readonly withdrawals: readonly Withdrawal[];
  /** Writes that show. */
  readonly grants: readonly Write[];
  /** Of events that show: their places in the record, and the earliest time at which they may have been there. */
  readonly shows: readonly { readonly place: number; readonly possibleFrom: number }[];
}

/**
 * Checks one run in the manner of Jepsen: from what clients asked for and saw, and the record at the end, finds what
 * cannot be if consent holds as DESIGN §7 says. Pure. Nothing found proves nothing; what is found is certain:
 *
 * - A read that began more than `effectiveInMs` after the answer to a withdrawal and still showed the value, unless a
 *   grant that comes after it in the record, or may do so, had been asked for before the read ended.
 * - A read that showed what nobody had asked to show.
 * - An acknowledged write that is not on record, or whose record says something else or was overridden before.
 * - Events of one subject whose times do not ascend.
 * - What `promises` promises of a calm, where it is not kept.
 */
export function checkHistory(history: History, promises: Promises): Verdict {
  const places = new Map(history.record.map(({ recordId }, place) => [recordId, place]));
  const registers = new Map<string, Register>();
  for (const name of new Set(history.writes.map(({ register }) => register))) {
    registers.set(name, registerOf(name, history, promises, places));
  }
  const reads = checkReads(history, registers);
  return {
    violations: [
      ...reads.violations,
      ...checkWrites(history, places),
      ...checkOrder(history.record),
      ...checkAtOnce(history, promises.atOnceAgainInMs),
    ],
    bound: reads.bound,
  };
}

function registerOf(
  name: string,
  { writes, record, calms }: History,
  { settledInMs }: Promises,
  places: ReadonlyMap<string, number>,
): Register {
  const own = writes.filter(({ register }) => register === name);
  const grants = own.filter(({ effect }) => effect === 'shows');
  const withdrawals = own
    .filter(({ effect }) => effect === 'hides')
    .filter(isKnown)
    .map((write) => {
      const promised = write.outcome.answered + write.outcome.effectiveInMs;
      const settled = settledAt(write.outcome.answered, calms, settledInMs);
      return {
        write,
        effectiveAt: Math.min(promised, settled),
        because: settled < promised ? 'shown long after the fault was over' : 'shown after withdrawal',
        place: places.get(write.outcome.recordId) ?? -1,
      } as const;
    });
  const shows = record.flatMap((event, place) =>
    event.register === name && event.effect === 'shows'
      ? [{ place, possibleFrom: possibleFrom(event, grants) }]
      : [],
  );
  return { withdrawals, grants, shows };
}

/** When something written at `time` is in effect because nothing has been disturbed for long enough. */
function settledAt(time: number, calms: readonly Calm[], settledInMs: number | null): number {
  if (settledInMs === null) return Infinity;
  for (const { from, until } of calms) {
    const settled = Math.max(time, from) + settledInMs;
    if (settled < until) return settled;
  }
  return Infinity;
}

/** The earliest time at which an event can have been written: when the first attempt that can have done it began. */
function possibleFrom(event: Recorded, grants: readonly Write[]): number {
  const causes = grants.filter((grant) =>
    event.tag === null
      ? grant.outcome.kind === 'unknown' || grant.outcome.recordId === event.recordId
      : grant.tag === event.tag,
  );
  return Math.min(...causes.map(({ invoked }) => invoked));
}

function checkReads(
  { reads, writes, initiallyShown }: History,
  registers: ReadonlyMap<string, Register>,
): Verdict {
  const violations: Violation[] = [];
  let bound = 0;
  const grantedFrom = new Map<string, number>();
  for (const { register, effect, invoked } of writes) {
    if (effect === 'shows')
      grantedFrom.set(register, Math.min(invoked, grantedFrom.get(register) ?? Infinity));
  }
  for (const { shown, began, ended, by, registers: names } of reads) {
    for (const name of names) {
      const told = `a read through ${by} from ${ms(began)} to ${ms(ended)} showed ${name}`;
      if (!initiallyShown.has(name) && (grantedFrom.get(name) ?? Infinity) > ended) {
        const message = `${told}, which nobody had asked to show`;
        if (shown) violations.push({ kind: 'shown without any grant', message });
        continue;
      }
      const register = registers.get(name);
      const binding = register === undefined ? null : unexcused(register, began, ended);
      if (binding === null) continue;
      bound += 1;
      if (!shown) continue;
      const { answered, recordId, effectiveInMs } = binding.write.outcome;
      violations.push({
        kind: binding.because,
        message:
          `${told}, ${ms(began - answered)} after record ${recordId} had taken it away ` +
          `(asked for at ${ms(binding.write.invoked)}, answered at ${ms(answered)}: effective in ${ms(effectiveInMs)})`,
      });
    }
  }
  return { violations, bound };
}

/** A withdrawal that was in effect when the read began, and that no grant followed; `null` where there is none. */
function unexcused(register: Register, began: number, ended: number): Withdrawal | null {
  let latest: Withdrawal | null = null;
  for (const withdrawal of register.withdrawals) {
    if (withdrawal.effectiveAt >= began) continue;
    if (withdrawal.place === -1) {
      // It is not on record, so what came after it is known by the clock alone.
      const { invoked } = withdrawal.write;
      const mayFollow = register.grants.some(
        ({ outcome, invoked: asked }) =>
          asked <= ended && (outcome.kind === 'unknown' || outcome.answered >= invoked),
      );
      if (!mayFollow) return withdrawal;
    } else if (latest === null || latest.place < withdrawal.place) {
      // What follows the last one follows the others as well.
      latest = withdrawal;
    }
  }
  if (latest === null) return null;
  const { place } = latest;
  const follows = register.shows.some((event) => event.place > place && event.possibleFrom <= ended);
  return follows ? null : latest;
}

function checkWrites({ writes, record }: History, places: ReadonlyMap<string, number>): readonly Violation[] {
  const violations: Violation[] = [];
  const known = writes.filter(isKnown);
  const answeredBy = new Map<string, number>();
  for (const { outcome } of known) {
    const { recordId, answered } = outcome;
    answeredBy.set(recordId, Math.min(answered, answeredBy.get(recordId) ?? Infinity));
  }
  for (const { register, effect, invoked, outcome } of known) {
    const { recordId, answered } = outcome;
    const told = `record ${recordId}, which the answer at ${ms(answered)} named for ${register},`;
    const place = places.get(recordId);
    const event = place === undefined ? undefined : record[place];
    if (place === undefined || event === undefined) {
      violations.push({ kind: 'lost write', message: `${told} is not there` });
      continue;
    }
    if (event.register !== register || event.effect !== effect) {
      violations.push({ kind: 'wrong answer to a write', message: `${told} says something else` });
      continue;
    }
    const overriding = record.find(
      (other, index) =>
        index > place &&
        other.register === register &&
        other.effect !== effect &&
        (answeredBy.get(other.recordId) ?? Infinity) < invoked,
    );
    if (overriding !== undefined) {
      violations.push({
        kind: 'wrong answer to a write',
        message: `${told} had been overridden by ${overriding.recordId} before it was asked for at ${ms(invoked)}`,
      });
    }
  }
  return violations;
}

function checkOrder(record: readonly Recorded[]): readonly Violation[] {
  const violations: Violation[] = [];
  const last = new Map<string, Recorded>();
  for (const event of record) {
    const before = last.get(event.subject);
    if (before !== undefined && before.at >= event.at) {
      violations.push({
        kind: 'record out of order',
        message: `record ${event.recordId} is not later than ${before.recordId}, which stands before it`,
      });
    }
    last.set(event.subject, event);
  }
  return violations;
}

/** A busy machine delays one write or another; where none is effective at once, something is wrong. */
const ENOUGH_WRITES = 3;

function checkAtOnce({ writes, calms }: History, atOnceAgainInMs: number | null): readonly Violation[] {
  if (atOnceAgainInMs === null) return [];
  const known = writes.filter(isKnown);
  return [...new Set(known.map(({ by }) => by))].flatMap((gateway) =>
    calms.flatMap(({ from, until }): Violation[] => {
      const later = known.filter(
        ({ by, invoked, outcome }) =>
          by === gateway && from + atOnceAgainInMs <= invoked && outcome.answered <= until,
      );
      if (later.length < ENOUGH_WRITES || later.some(({ outcome }) => outcome.effectiveInMs === 0)) return [];
      const message =
        `none of ${String(later.length)} writes through ${gateway} was effective at once, ` +
        `from ${ms(atOnceAgainInMs)} after the last fault was over, at ${ms(from)}`;
      return [{ kind: 'not effective at once again', message }];
    }),
  );
}

function isKnown(write: Write): write is Known {
  return write.outcome.kind === 'acknowledged';
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}
