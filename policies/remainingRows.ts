import type { SubjectDenial } from './decision.ts';
import type { Opening } from './decideStatically.ts';

/** One row of the decision table that may still deny, with its reason. */
export interface RemainingRow {
  readonly row: number;
  readonly denial: SubjectDenial;
}

/**
 * The rows that depend on the data subject and may deny what rows 1 to 7 let pass, in the table's order, for
 * explanations: `decideForSubject` is what decides (test/policies/remainingRows.test.ts compares the two).
 */
export function remainingRows({ basis, purpose }: Opening): readonly RemainingRow[] {
  const known: RemainingRow = { row: 8, denial: 'SUBJECT_UNRESOLVED' };
  switch (basis) {
    case 'ground':
      return [known, { row: 9, denial: 'GROUND_OUT_OF_SCOPE' }];
    case 'self':
      return [known, { row: 10, denial: 'SELF_MISMATCH' }];
    case 'notified':
    case 'consent':
      break;
  }
  const rows: RemainingRow[] = [known, { row: 11, denial: 'CONSENT_UNAVAILABLE' }];
  if (purpose.suspendable) rows.push({ row: 12, denial: 'SUSPENDED' });
  if (purpose.objectable) rows.push({ row: 12, denial: 'OBJECTED' });
  if (purpose.channels !== null) rows.push({ row: 13, denial: 'CHANNEL_NOT_COVERED' });
  if (basis === 'notified') rows.push({ row: 15, denial: 'REVISION_NOT_ACCEPTED' });
  else for (const denial of CONSENT_DENIALS) rows.push({ row: 14, denial });
  return rows;
}

const CONSENT_DENIALS: readonly SubjectDenial[] = Object.freeze([
  'CONSENT_NOT_GIVEN',
  'CONSENT_REFUSED',
  'CONSENT_WITHDRAWN',
  'CONSENT_EXPIRED',
]);
