/**
 * How many of each thing the demo marketplace has. Ids are a prefix and a number from 1 on (`u_1` … `u_520`),
 * so that every subgraph can refer to what another one owns without asking it.
 */
export const DEMO_COUNTS = {
  /** Users, owned by accounts. */
  u: 520,
  /** Agencies, jobs, proposals and contracts, owned by jobs. */
  a: 12,
  j: 300,
  p: 600,
  c: 260,
  /** Threads (one per contract) and messages, owned by messages. */
  t: 260,
  m: 1040,
  /** Payments and payouts (one of each per contract), owned by payments. */
  pay: 260,
  out: 260,
  /** Entries of the usage history, owned by activity. */
  e: 1560,
  /** Inquiries, owned by inquiries. */
  q: 260,
} as const;

export type DemoKind = keyof typeof DEMO_COUNTS;

/** The id of the `number`-th thing of a kind, counted from 1. */
export function demoId(kind: DemoKind, number: number): string {
  return `${kind}_${number}`;
}

/** All ids of a kind in their order. */
export function demoIds(kind: DemoKind): readonly string[] {
  return Array.from({ length: DEMO_COUNTS[kind] }, (_, index) => demoId(kind, index + 1));
}

/** Whether the id names an existing thing of that kind; subgraphs answer `null` for any other. */
export function isDemoId(kind: DemoKind, id: string): boolean {
  const [prefix, digits, ...rest] = id.split('_');
  if (prefix !== kind || digits === undefined || rest.length > 0 || !/^[1-9]\d{0,5}$/.test(digits)) {
    return false;
  }
  return Number(digits) <= DEMO_COUNTS[kind];
}
