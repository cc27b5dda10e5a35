import type { Mutant } from './mutant.ts';

const REQUESTS = ['test/subgraphs/consent/requests/requests.test.ts'];
const ACCESSES = ['test/subgraphs/consent/accesses/accesses.test.ts'];
const CONSUME = ['test/subgraphs/consent/accesses/consumeAccesses.test.ts'];
const CONSUME_FAULTS = ['test/subgraphs/consent/accesses/consumeFaults.test.ts'];

/** Requests under Article 8, and what people are told from the access record. */
export const RIGHTS: readonly Mutant[] = [
  {
    name: 'a request that is closed stays closed',
    file: 'subgraphs/consent/requests/requests.ts',
    find: "if (!NEXT[request.state].includes(draft.state)) return { kind: 'conflict', request };",
    replace: '',
    tests: REQUESTS,
    invariant: 'a request that is closed stays as it was decided',
  },
  {
    name: 'a step takes the request’s own subject',
    file: 'subgraphs/consent/requests/requests.ts',
    find: "if (request?.subject !== draft.subject) return { kind: 'conflict', request: null };",
    replace: "if (request === null) return { kind: 'conflict', request: null };",
    tests: REQUESTS,
  },
  {
    name: 'erasing removes what was written with requests',
    file: 'subgraphs/consent/events.ts',
    find: 'await forgetNotes(transaction, subject);',
    replace: '',
    tests: REQUESTS,
  },
  {
    name: 'a request whose note was forgotten is no other’s',
    file: 'subgraphs/consent/requests/sameRequest.ts',
    find: 'eq(forgotten, false),',
    replace: '',
    tests: REQUESTS,
  },
  {
    name: 'a key is kept as its digest',
    file: 'subgraphs/consent/requests/sameRequest.ts',
    find: "hash('sha256', JSON.stringify([subject, kind, client, key]))",
    replace: 'key',
    tests: REQUESTS,
  },
  {
    name: 'nobody fulfils their own request, at the gateway',
    file: 'gateway/prepare/consentWrites.ts',
    find: "'fulfillRightsRequest',",
    replace: '',
    tests: ['test/gateway/consentGuards.test.ts'],
  },
  {
    name: 'nobody refuses their own request, in the subgraph',
    file: 'subgraphs/consent/requests/requestResolvers.ts',
    find: "stepTo('REFUSED', readReasonedStep, mayWriteAll)",
    replace: "stepTo('REFUSED', readReasonedStep, (caller, subject) => mayWrite(caller, subject, null))",
    tests: ['test/subgraphs/consent/guard.test.ts'],
  },
  {
    name: 'a line leaves the stream after the commit',
    file: 'subgraphs/consent/accesses/consumeAccesses.ts',
    find: 'await keepPart(part);\n      await stream.done(part.map(({ id }) => id));',
    replace: 'await stream.done(part.map(({ id }) => id));\n      await keepPart(part);',
    tests: CONSUME,
    invariant: 'an entry leaves the stream once the database has it',
  },
  {
    name: 'no line is to blame where the database takes none',
    file: 'subgraphs/consent/accesses/keepAccesses.ts',
    find: 'await transaction.insert(accessRecords).values(line);',
    replace: '',
    tests: CONSUME,
  },
  {
    name: 'what was cut off is remembered until it is on record',
    file: 'subgraphs/consent/accesses/consumeAccesses.ts',
    find: 'finish([...cutOff.values(), ...(await stream.mine())])',
    replace: 'finish(await stream.mine())',
    tests: CONSUME_FAULTS,
  },
  {
    name: 'a line that was altered is set aside',
    file: 'subgraphs/consent/accesses/keepAccesses.ts',
    find: 'line.hash !== trueHash(entry.payload)',
    replace: "trueHash(entry.payload) === ''",
    tests: CONSUME,
  },
  {
    name: 'nobody is told of groups about others',
    file: 'subgraphs/consent/accesses/readAccesses.ts',
    find: "sql`${BODY} -> 'subjects' ? ${each.reference}`,",
    replace: 'sql`true`,',
    tests: ACCESSES,
    invariant: 'only groups about this subject',
  },
  {
    name: 'a keyed reference counts since the erasure alone',
    file: 'subgraphs/consent/accesses/readAccesses.ts',
    find: 'each.after === null ? undefined : sql`${at} > ${iso(each.after)}::timestamptz`,',
    replace: 'undefined,',
    tests: ACCESSES,
  },
  {
    name: 'who may write some consents reads no accesses',
    file: 'subgraphs/consent/accesses/accessResolvers.ts',
    find: 'if (!seesPurpose(caller, id, null)) return null;',
    replace: '',
    tests: ACCESSES,
  },
  {
    name: 'reads of the record take turns',
    file: 'subgraphs/consent/accesses/accessTurns.ts',
    find: 'return await turns.execute(read);',
    replace: 'return await read();',
    tests: ['test/subgraphs/consent/accesses/accessTurns.test.ts'],
    invariant: 'nobody’s reading of the access record keeps others from deciding',
  },
  {
    name: 'a request is given so many connections',
    file: 'subgraphs/consent/accesses/accessTurns.ts',
    find: 'connections.asked += 1;',
    replace: '',
    tests: ['test/subgraphs/consent/accesses/accessTurns.test.ts'],
  },
  {
    name: 'the person is not told which case it was',
    file: 'subgraphs/consent/accesses/accessResolvers.ts',
    find: 'reference: isTold ? line.ground.reference : null',
    replace: 'reference: line.ground.reference',
    tests: ACCESSES,
    invariant: 'which case it was is told to the desk alone',
  },
];
