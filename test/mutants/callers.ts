import type { Mutant } from './mutant.ts';

const TOKEN = ['test/gateway/callers/verifyToken.test.ts'];
const REMEMBERED = ['test/gateway/callers/rememberTokens.test.ts'];
const CLAIMS = ['test/gateway/callers/claimMapping.test.ts'];
const PROXIES = ['test/gateway/callers/proxyIdentity.test.ts'];
const LISTED = ['test/gateway/callers/trustedProxies.test.ts'];
const ADDRESS = ['test/gateway/callers/tokensByAddress.test.ts'];
const OPENED = ['test/gateway/commands/openCallers.test.ts'];
const KEY_SET = ['test/policies/keys/keySet.test.ts'];
const KEY_URL = ['test/policies/keys/keyUrl.test.ts'];
const CONTEXT = ['test/policies/context/contextVerifier.test.ts'];
const TOLD = ['test/gateway/tellSubgraphs.test.ts'];

/** Who is believed of those who call the gateway, and by whom the gateway is. */
export const CALLERS: readonly Mutant[] = [
  {
    name: 'a token is for this audience',
    file: 'gateway/callers/tokenChecks.ts',
    find: '    issuer,\n    audience,\n    algorithms',
    replace: '    issuer,\n    algorithms',
    tests: TOKEN,
    invariant: 'what an issuer signed for another service, or for another use, calls nothing here',
  },
  {
    name: 'a token is of this issuer',
    file: 'gateway/callers/tokenChecks.ts',
    find: '    issuer,\n    audience,\n    algorithms',
    replace: '    audience,\n    algorithms',
    tests: TOKEN,
  },
  {
    name: 'a token is for calling',
    file: 'gateway/callers/verifyToken.ts',
    find: "if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ))",
    replace: 'if (TYPES.length === 0)',
    tests: TOKEN,
  },
  {
    name: 'a token expires',
    file: 'gateway/callers/tokenChecks.ts',
    find: "    requiredClaims: ['exp'],\n",
    replace: '',
    tests: TOKEN,
  },
  {
    name: 'a token that was accepted is believed until it expires',
    file: 'gateway/callers/rememberTokens.ts',
    find: 'Math.min(asked + BELIEVED_MS, expires)',
    replace: 'Math.max(asked + BELIEVED_MS, expires)',
    tests: REMEMBERED,
    invariant: 'only the very text that was verified is believed',
  },
  {
    name: 'a token is known by its whole text',
    file: 'gateway/callers/rememberTokens.ts',
    find: "hash('sha256', token, 'base64url')",
    replace: "hash('sha256', token.slice(0, 4), 'base64url')",
    tests: REMEMBERED,
  },
  {
    name: 'headers only narrow what a token allows',
    file: 'gateway/callers/caller.ts',
    find: 'return { ...(await verify(token)), ...declaredIn(headers) };',
    replace:
      "return { ...(await verify(token)), ...declaredIn(headers), ...(headers.get('x-end-user') ? { endUser: text(headers, 'x-end-user') } : {}) };",
    tests: ['test/gateway/callers/caller.test.ts'],
  },
  {
    name: 'algorithms are pinned',
    file: 'gateway/callers/tokenChecks.ts',
    find: '    algorithms: [...algorithms],\n',
    replace: '',
    tests: ADDRESS,
  },
  {
    name: 'algorithms with secrets cannot be configured',
    file: 'gateway/callers/tokenChecks.ts',
    find: 'if (wrong.length > 0 || algorithms.length === 0) {',
    replace: 'if (algorithms.length === 0) {',
    tests: ADDRESS,
    invariant: 'only signatures by key pairs are taken, whatever is configured',
  },
  {
    name: 'clocks differ by minutes at most',
    file: 'gateway/callers/tokenChecks.ts',
    find: 'clockSkewSeconds <= MAX_CLOCK_SKEW_SECONDS',
    replace: 'clockSkewSeconds <= 1e6',
    tests: ADDRESS,
  },
  {
    name: 'a huge token is not looked at',
    file: 'gateway/callers/verifyToken.ts',
    find: 'if (token.length > MAX_TOKEN) throw',
    replace: "if (token === '') throw",
    tests: ADDRESS,
  },
  {
    name: 'a token is forgotten with the keys that it was verified by',
    file: 'gateway/callers/rememberTokens.ts',
    find: 'if (known !== undefined && by !== null && known.by === by) {',
    replace: 'if (known !== undefined) {',
    tests: [...REMEMBERED, ...ADDRESS],
  },
  {
    name: 'purposes of an unknown shape refuse the token',
    file: 'gateway/callers/claimMapping.ts',
    find: "if (!Array.isArray(words)) throw new Error('Expected a list of purposes.');",
    replace: 'if (!Array.isArray(words)) return null;',
    tests: CLAIMS,
    invariant: 'a claim of a shape that is not known refuses the token',
  },
  {
    name: 'mapped purposes that are absent are none',
    file: 'gateway/callers/claimMapping.ts',
    find: "absent = 'none',",
    replace: "absent = 'all',",
    tests: CLAIMS,
  },
  {
    name: 'a path leads to its end',
    file: 'gateway/callers/claimPath.ts',
    find: 'throw new Error(`The claim of ${of} does not lead to its end.`);',
    replace: 'return undefined;',
    tests: CLAIMS,
  },
  {
    name: 'a dot is no path',
    file: 'gateway/callers/claimPath.ts',
    find: '? null : [path];',
    replace: '? [path] : [path];',
    tests: CLAIMS,
  },
  {
    name: 'certificates are believed from listed proxies',
    file: 'gateway/callers/proxyIdentity.ts',
    find: "if (value === '' || !isTrusted(peer)) return null;",
    replace: "if (value === '') return null;",
    tests: PROXIES,
    invariant: 'what is said of a certificate counts from proxies that are believed alone',
  },
  {
    name: 'token and certificate name the same client',
    file: 'gateway/callers/identifyByProxy.ts',
    find: 'if (claims.client === client) return claims;',
    replace: 'if (claims.client !== null) return claims;',
    tests: PROXIES,
  },
  {
    name: 'a token beside a certificate is verified',
    file: 'gateway/callers/identifyByProxy.ts',
    find: "if (byToken === null || (headers.get('authorization') ?? '') === '') {",
    replace: 'if (client !== null) {',
    tests: PROXIES,
  },
  {
    name: 'a header that came twice names nobody',
    file: 'gateway/callers/certificateName.ts',
    find: "if (value.includes(', ')) throw new Error('Expected the header once.');",
    replace: "value = value.split(', ').at(-1) ?? '';",
    tests: PROXIES,
  },
  {
    name: 'a certificate stands for one client',
    file: 'gateway/callers/proxyIdentity.ts',
    find: 'client !== undefined && others.length === 0',
    replace: 'client !== undefined && others.length >= 0',
    tests: PROXIES,
  },
  {
    name: 'a proxy is believed by its whole address',
    file: 'gateway/callers/trustedProxies.ts',
    find: 'address.match(network, bits)',
    replace: 'address.match(network, Math.min(bits, 8))',
    tests: LISTED,
    invariant: 'only an address that is listed is believed',
  },
  {
    name: 'headers name clients in development alone',
    file: 'gateway/commands/openCallers.ts',
    find: "if (mode === 'dev') {",
    replace: "if (mode === 'dev' || tokens.keyFile === null) {",
    tests: OPENED,
    invariant: 'headers that anybody can send say who is calling in development alone',
  },
  {
    name: 'published private keys verify nothing',
    file: 'policies/keys/keySet.ts',
    find: "if ('d' in key || 'k' in key) return false;",
    replace: '',
    tests: KEY_SET,
    invariant: 'a set holds public keys alone',
  },
  {
    name: 'short RSA keys verify nothing',
    file: 'policies/keys/keySet.ts',
    find: '(details.modulusLength ?? 0) >= 2048',
    replace: '(details.modulusLength ?? 0) >= 512',
    tests: KEY_SET,
  },
  {
    name: 'keys are believed for a bounded time',
    file: 'policies/keys/keyUrl.ts',
    find: 'return age < maxStaleMs ? last.keys : null;',
    replace: 'return age < Infinity ? last.keys : null;',
    tests: [...KEY_URL, ...ADDRESS],
    invariant: 'keys are believed for `maxStaleMs` after they were asked for',
  },
  {
    name: 'keys age by both clocks',
    file: 'policies/keys/keyUrl.ts',
    find: 'Math.max(performance.now() - last.steady, Date.now() - last.wall)',
    replace: 'Math.min(performance.now() - last.steady, Date.now() - last.wall)',
    tests: KEY_URL,
  },
  {
    name: 'an empty key set replaces none',
    file: 'policies/keys/keySet.ts',
    find: 'if (keys.length === 0) {',
    replace: 'if (found.length < 0) {',
    tests: [...KEY_URL, ...KEY_SET],
  },
  {
    name: 'unknown keys do not make the gateway ask without end',
    file: 'policies/keys/keyUrl.ts',
    find: 'performance.now() - attempted >= cooldownMs',
    replace: 'performance.now() - attempted >= 0',
    tests: KEY_URL,
  },
  {
    name: 'a subgraph takes what is for itself',
    file: 'policies/context/contextVerifier.ts',
    find: '    audience: subgraph,\n',
    replace: '',
    tests: [...CONTEXT, ...TOLD],
    invariant:
      'what was signed for another subgraph, for something else, or more than a minute ago is refused',
  },
  {
    name: 'a subgraph takes what was signed within a minute',
    file: 'policies/context/contextVerifier.ts',
    find: '    maxTokenAge: CONTEXT_SECONDS,\n',
    replace: '',
    tests: CONTEXT,
  },
  {
    name: 'a subgraph takes what was signed as a context',
    file: 'policies/context/contextVerifier.ts',
    find: '    typ: CONTEXT_TYPE,\n',
    replace: '',
    tests: CONTEXT,
  },
  {
    name: 'each subgraph is told something of its own',
    file: 'gateway/tellSubgraphs.ts',
    find: 'signer.sign(subgraph, context, now)',
    replace: "signer.sign('accounts', context, now)",
    tests: TOLD,
    invariant: 'what one subgraph is told no other would believe',
  },
  {
    name: 'what a client sends as the gateway’s context goes nowhere',
    file: 'gateway/execute/forwardedHeaders.ts',
    find: 'name === CALLER_HEADER || name === CONTEXT_HEADER || name',
    replace: 'name === CALLER_HEADER || name',
    tests: ['test/gateway/execute/forwardedHeaders.test.ts'],
  },
];
