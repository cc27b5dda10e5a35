import { DEMO_COUNTS, demoId } from './demoIds.ts';

/** Who works for whom: what jobs, messages and payments all tell of one contract. */
export interface Deal {
  readonly contractId: string;
  readonly jobId: string;
  readonly clientId: string;
  readonly workerId: string;
  /** In yen. */
  readonly fee: number;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
}

const FIRST_SIGNED = Date.UTC(2025, 0, 6, 9);
const DAY = 86_400_000;

/**
 * The demo's contracts in the order of their ids. The first five join `u_1` to `u_5` in a ring, so that each of
 * them shares contracts and messages with a neighbour whose consent differs; `u_6` and `u_1` share the sixth.
 */
export function listDeals(): readonly Deal[] {
  return Array.from({ length: DEMO_COUNTS.c }, (_, index) => {
    const number = index + 1;
    const [client, worker] = parties(number);
    return {
      contractId: demoId('c', number),
      jobId: demoId('j', number),
      clientId: demoId('u', client),
      workerId: demoId('u', worker),
      fee: 5_000 + ((number * 7_919) % 90) * 1_000,
      signedAt: FIRST_SIGNED + index * DAY,
    };
  });
}

function parties(number: number): readonly [client: number, worker: number] {
  if (number <= 5) return [number, (number % 5) + 1];
  if (number === 6) return [6, 1];
  return [number, ((number * 37) % (DEMO_COUNTS.u - DEMO_COUNTS.c)) + DEMO_COUNTS.c + 1];
}
