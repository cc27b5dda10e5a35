import type { Mutant } from './mutant.ts';

const DOCUMENTS = ['test/gateway/limits/checkDocument.test.ts'];
const RATE = ['test/gateway/limits/rateLimit.test.ts'];
const TRUSTED = ['test/gateway/limits/trustedDocuments.test.ts'];
const CORS = ['test/gateway/http/cors.test.ts'];
const HEADERS = ['test/hostile/headers.test.ts'];
const DEADLINE = ['test/gateway/limits/deadline.test.ts'];

/** What no client may go beyond. */
export const LIMITS_MUTANTS: readonly Mutant[] = [
  {
    name: 'documents are checked before they are validated',
    file: 'gateway/http/admitDocument.ts',
    find: 'if (query !== null) checkDocument(query);',
    replace: '',
    tests: DOCUMENTS,
    invariant: 'no document is validated that is over a limit',
  },
  {
    name: 'what was refused is not remembered as passed',
    file: 'gateway/limits/checkDocument.ts',
    find: 'if (passed.get(text) === true) return;',
    replace: 'if (passed.get(text) === true) return;\n    passed.set(text, true);',
    tests: DOCUMENTS,
  },
  {
    name: 'fragments count wherever they are spread',
    file: 'gateway/limits/documentSize.ts',
    find: 'aliases += below.aliases;',
    replace: 'aliases += each.kind === Kind.FRAGMENT_SPREAD ? 0 : below.aliases;',
    tests: DOCUMENTS,
  },
  {
    name: 'documents without end are refused',
    file: 'gateway/limits/checkDocument.ts',
    find: 'if (size.isEndless) throw',
    replace: 'if (size.isEndless) return;\n    if (size.isEndless) throw',
    tests: DOCUMENTS,
  },
  {
    name: 'lines are bounded',
    file: 'gateway/limits/checkDocument.ts',
    find: "if (hasMoreLines(text, limits.tokens)) throw tooLarge(limits.tokens, 'lines');",
    replace: '',
    tests: DOCUMENTS,
  },
  {
    name: 'who takes nothing is cut off',
    file: 'gateway/http/cutUnread.ts',
    find: 'if (writableLength > 0 && taken === seen) socket.destroy();',
    replace: '',
    tests: ['test/hostile/slowClients.test.ts'],
    invariant: 'no connection outlives its client’s interest in it',
  },
  {
    name: 'variables are bounded',
    file: 'gateway/http/admitDocument.ts',
    find: "checkValues(parameters['variables'], limits);",
    replace: '',
    tests: ['test/hostile/documents.test.ts'],
  },
  {
    name: 'nobody has anything checked who is not identified',
    file: 'gateway/http/graphqlOverHttp.ts',
    find: '      const context = await within(sudare.contextFor(head.headers, signal, head.peer));\n',
    replace:
      '      await within(readBody(request, head, limits));\n      const context = await within(sudare.contextFor(head.headers, signal, head.peer));\n',
    tests: ['test/hostile/tokens.test.ts'],
  },
  {
    name: 'without Redis requests are counted here',
    file: 'gateway/limits/rateLimit.ts',
    find: '?? local.take(key);',
    replace: '?? 0;',
    tests: RATE,
    invariant: 'a request is counted somewhere, whatever becomes of Redis',
  },
  {
    name: 'with Redis they are counted together',
    file: 'gateway/limits/rateLimit.ts',
    find: '(await shared?.take(key)) ?? local.take(key)',
    replace: 'await Promise.resolve(local.take(key))',
    tests: RATE,
  },
  {
    name: 'in enforce what is not of the list is refused',
    file: 'gateway/limits/trustedDocuments.ts',
    find: "if (mode === 'enforce') throw",
    replace: "if (mode === 'enforce' && asked.query === null) throw",
    tests: TRUSTED,
    invariant:
      'in `enforce` no other text is parsed than one of the manifest, for the purposes that it gives',
  },
  {
    name: 'a document is for its purposes',
    file: 'gateway/limits/trustedDocuments.ts',
    find: 'if (purposes === null) return true;',
    replace: 'if (purposes !== undefined) return true;',
    tests: TRUSTED,
  },
  {
    name: 'a purpose is not one that begins alike',
    file: 'gateway/limits/trustedDocuments.ts',
    find: 'purpose.startsWith(`${each}.`)',
    replace: 'purpose.startsWith(each)',
    tests: TRUSTED,
  },
  {
    name: 'an origin is one of the list, as it is written',
    file: 'gateway/http/cors.ts',
    find: 'origin !== undefined && allowed.has(origin);',
    replace: 'origin !== undefined && origins.some((each) => origin.startsWith(each));',
    tests: CORS,
    invariant: 'no origin is told that it may read that is not one of the list, character for character',
  },
  {
    name: 'all origins at once are refused',
    file: 'gateway/http/cors.ts',
    find: 'URL.parse(origin)?.origin === origin && !/^null$|\\*/.test(origin)',
    replace: "(URL.parse(origin)?.origin === origin || origin === '*') && origin !== 'null'",
    tests: CORS,
  },
  {
    name: 'a header that has one meaning is there once',
    file: 'gateway/http/checkHeaders.ts',
    find: 'if (seen.has(name) && !MAY_REPEAT.has(name)) {',
    replace: "if (seen.has(name) && name === 'host') {",
    tests: HEADERS,
    invariant: 'who is calling, and what for, is said once',
  },
  {
    name: 'a client shortens a deadline and does not lengthen it',
    file: 'gateway/limits/deadline.ts',
    find: 'const ms = Math.min(limitMs, askedMs(asked));',
    replace: 'const ms = asked === undefined ? limitMs : askedMs(asked);',
    tests: DEADLINE,
  },
  {
    name: 'what came too late is not given',
    file: 'gateway/limits/deadline.ts',
    find: 'if (performance.now() >= due) throw exceeded();',
    replace: '',
    tests: DEADLINE,
  },
  {
    name: 'what took too long is not planned again',
    file: 'gateway/limits/planningGuard.ts',
    find: 'if (took > limits.planningMs) slow.set(operation, true);',
    replace: '',
    tests: ['test/gateway/limits/planningGuard.test.ts'],
  },
];
