import type { Mutant } from './mutant.ts';

/** What holds while a gateway changes, stops, or tries a policy. */
export const SERVING: readonly Mutant[] = [
  {
    name: 'a request is answered by the generation that it was validated against',
    file: 'gateway/generations.ts',
    find: 'of: (schema) => bySchema.get(schema) ?? current,',
    replace: 'of: () => current,',
    tests: ['test/gateway/reload/inFlight.test.ts'],
    invariant: 'a request is answered by one generation from its start to its end',
  },
  {
    name: 'what a comparison with a candidate throws stays there',
    file: 'gateway/candidate/candidate.ts',
    find: '    setImmediate(work);',
    replace: '    work();',
    tests: ['test/gateway/candidate/candidate.test.ts'],
    invariant: 'it sees an answer only after it was made and recorded',
  },
  {
    name: 'nothing is unmasked outside development',
    file: 'gateway/rulesInForce.ts',
    find: "if (disclosure !== 'true-reasons') {",
    replace: "if (disclosure === 'true-reasons' && enforcement !== 'dry-run') {",
    tests: ['test/gateway/rulesInForce.test.ts'],
    invariant: 'nothing is answered unmasked for want of enforcement but in development',
  },
];
