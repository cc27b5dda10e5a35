import type { Mutant } from './mutant.ts';

const METRICS = ['test/leaks/metrics.test.ts'];

/** What those who watch the gateway are told. */
export const WATCHING: readonly Mutant[] = [
  {
    name: 'a purpose that a client made up is no label',
    file: 'gateway/watch/watchedRequest.ts',
    find: 'return policy.purposes.has(purpose) ? purpose : OTHER;',
    replace: 'return purpose;',
    tests: METRICS,
    invariant: 'a name that a client made up is told nobody who watches',
  },
  {
    name: 'a client that made itself up is no label',
    file: 'gateway/watch/watchedRequest.ts',
    find: 'client = caller.client !== null && policy.clients.has(caller.client) ? caller.client : OTHER;',
    replace: 'client = caller.client ?? OTHER;',
    tests: METRICS,
  },
  {
    name: 'a code that is not known is no label',
    file: 'gateway/watch/outcome.ts',
    find: "return isKnown ? code : 'OTHER';",
    replace: 'return isKnown ? code : String(code);',
    tests: ['test/gateway/watch/outcome.test.ts'],
    invariant: 'an outcome is one of a fixed list',
  },
  {
    name: 'a traceparent is read as a whole',
    file: 'gateway/watch/traceParent.ts',
    find: '([\\da-f]{2})$/;',
    replace: '([\\da-f]{2})/;',
    tests: ['test/gateway/watch/traceParent.test.ts'],
    invariant:
      'nothing of a request goes on into traces, the record or to subgraphs that is not hexadecimal digits',
  },
  {
    name: 'lines that cannot be written do not keep a process from ending',
    file: 'gateway/watch/openStandardError.ts',
    find: 'if (!isBusy(error) || performance.now() > latest) return;',
    replace: '',
    tests: ['test/gateway/watch/openStandardError.test.ts'],
    invariant: 'it ends, whatever becomes of the lines',
  },
  {
    name: 'balancers are told that a gateway is not ready',
    file: 'gateway/http/health.ts',
    find: "send(response, answer.status === 'ready' ? 200 : 503, answer);",
    replace: 'send(response, 200, answer);',
    tests: ['test/gateway/http/health.test.ts'],
  },
];
