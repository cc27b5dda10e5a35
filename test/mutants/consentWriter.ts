import type { Mutant } from './mutant.ts';

const ALREADY_SAID = ['test/subgraphs/consent/alreadySaid.test.ts'];
const OUTBOX = ['test/subgraphs/consent/outbox.test.ts'];
const POOL = ['test/subgraphs/consent/postgresPool.test.ts'];
const REFERENCES = ['test/subgraphs/consent/references.test.ts'];

/** How consents are written down, and what was cached before is taken back. */
export const CONSENT_WRITER: readonly Mutant[] = [
  {
    name: 'at once is promised only once Redis has acknowledged',
    file: 'subgraphs/consent/changeConsent.ts',
    find: "const effective = (await outbox.send(subject, committed.row)) === 'effective';",
    replace: "const effective = (await outbox.send(subject, committed.row)) !== 'acknowledged';",
    tests: ['test/subgraphs/consent/effectiveIn.test.ts'],
    invariant: '0 is promised only after one standalone Redis has acknowledged',
  },
  {
    name: 'nobody keeps what no deletion reaches',
    file: 'subgraphs/consent/grantedLease.ts',
    find: 'if (cache.reaches(keptAt)) return leaseMs;',
    replace: 'return leaseMs;',
    tests: ['test/subgraphs/consent/grantedLease.test.ts'],
    invariant: 'what is kept where no deletion reaches it must not be promised to be gone at once',
  },
  {
    name: 'no deletion on one server reaches another',
    file: 'policies/consent/redis/serverStore.ts',
    find: '(theirs !== null && theirs === place())',
    replace: 'theirs !== null',
    tests: ['test/subgraphs/consent/effectiveIn.test.ts'],
  },
  {
    name: 'each commit leaves what sees to its deletion',
    file: 'subgraphs/consent/changeConsent.ts',
    find: 'row: await outbox.add(transaction, subject),',
    replace: 'row: null,',
    tests: OUTBOX,
    invariant: 'no commit without what sees to its deletion',
  },
  {
    name: 'what may have been committed is taken back',
    file: 'subgraphs/consent/changeConsent.ts',
    find: 'await outbox.send(subject, null);',
    replace: '',
    tests: OUTBOX,
    invariant: 'what may have been committed is taken back as well',
  },
  {
    name: 'a deletion is repeated until it is acknowledged',
    file: 'subgraphs/consent/outbox.ts',
    find: "if (deletion === 'unacknowledged') return 'failed';",
    replace: '',
    tests: OUTBOX,
    invariant: 'a row stays until a deletion has been acknowledged',
  },
  {
    name: 'its writer counts as acknowledged what was',
    file: 'subgraphs/consent/outbox.ts',
    find: "if (row !== null && deletion !== 'unacknowledged') acknowledged.add(row);",
    replace: 'if (row !== null) acknowledged.add(row);',
    tests: OUTBOX,
  },
  {
    name: 'one write’s acknowledgement is not another’s',
    file: 'subgraphs/consent/outbox.ts',
    find: 'await database.delete(cacheOutbox).where(inArray(cacheOutbox.id, [...rows]));',
    replace: 'await database.delete(cacheOutbox);',
    tests: OUTBOX,
    invariant: 'an acknowledgement removes the rows that were there before its deletion was sent',
  },
  {
    name: 'writers of one subject come one after the other',
    file: 'subgraphs/consent/events.ts',
    find: ".for('update')",
    replace: '',
    tests: ['test/subgraphs/consent/events.test.ts'],
    invariant: 'a subject’s events are in the order of their commits',
  },
  {
    name: 'what touches a decision may make it new',
    file: 'subgraphs/consent/alreadySaid.ts',
    find: 'return event.recipient === null || draft.recipient === null || isRelated(event.recipient, draft.recipient);',
    replace: 'return event.recipient === draft.recipient;',
    tests: ALREADY_SAID,
    invariant: 'leaving out what is said already changes no decision',
  },
  {
    name: 'so may what is above and below its purpose',
    file: 'subgraphs/consent/alreadySaid.ts',
    find: 'return covers(a, b) || covers(b, a);',
    replace: 'return a === b;',
    tests: ALREADY_SAID,
  },
  {
    name: 'a permission with an end is never said already',
    file: 'subgraphs/consent/alreadySaid.ts',
    find: 'event.validityDuration === null &&',
    replace: '',
    tests: ALREADY_SAID,
  },
  {
    name: 'erasure takes the reference as well',
    file: 'subgraphs/consent/events.ts',
    find: 'await forgetReference(transaction, subject);',
    replace: '',
    tests: REFERENCES,
    invariant: 'after an erasure nothing links the lines of the access record before it to anybody',
  },
  {
    name: 'states are read by one statement',
    file: 'subgraphs/consent/readStates.ts',
    find: 'if (subjects.length === 0) return people;',
    replace: 'if (subjects.length === 0) return people;\n  await database.execute(sql`select 1`);',
    tests: REFERENCES,
    invariant: 'a subject’s events and reference are of one snapshot',
  },
  {
    name: 'a standby is not read from',
    file: 'subgraphs/consent/postgresPool.ts',
    find: 'if (rows[0]?.standby === false) return;',
    replace: 'if (rows.length > 0) return;',
    tests: POOL,
    invariant: 'consents are read from a primary',
  },
  {
    name: 'what is answered outlives a crash of the server',
    file: 'subgraphs/consent/postgresPool.ts',
    find: "set_config('synchronous_commit', 'on', false),",
    replace: '',
    tests: POOL,
  },
];
