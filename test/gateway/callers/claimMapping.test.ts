import { describe, expect, it } from 'vitest';
import { compileClaimMapping, type ClaimMapping } from '../../../gateway/callers/claimMapping.ts';
import type { ClaimPath } from '../../../gateway/callers/claimPath.ts';

const NOBODY = { client: 'a', endUser: null, actor: null, ground: null, purposes: null };
const URI = 'https://example.com/purposes';
const scope = { purposes: { claim: 'scope', prefix: 'purpose:' } };

const read: readonly { name: string; mapping: ClaimMapping; payload: object; expected: object }[] = [
  { name: 'nothing but the client', mapping: {}, payload: { client_id: 'a' }, expected: NOBODY },
  {
    name: 'the client by another name',
    mapping: { client: 'azp' },
    payload: { azp: 'a', client_id: 'b' },
    expected: NOBODY,
  },
  {
    name: 'a namespaced client',
    mapping: { client: 'https://a.example/client' },
    payload: { 'https://a.example/client': 'a' },
    expected: NOBODY,
  },
  {
    name: 'a nested client by a pointer',
    mapping: { client: '/ctx/app/id' },
    payload: { ctx: { app: { id: 'a' } } },
    expected: NOBODY,
  },
  {
    name: 'a nested client by names',
    mapping: { client: ['ctx', 'app.id'] },
    payload: { ctx: { 'app.id': 'a' } },
    expected: NOBODY,
  },
  {
    name: 'a pointer with escapes',
    mapping: { client: '/a~1b/~01' },
    payload: { 'a/b': { '~1': 'a' } },
    expected: NOBODY,
  },
  {
    name: 'a person with a namespace',
    mapping: { endUser: { claim: 'sub', prefix: 'user:' } },
    payload: { client_id: 'a', sub: 'u_7' },
    expected: { ...NOBODY, endUser: 'user:u_7' },
  },
  {
    name: 'no person',
    mapping: { endUser: { claim: 'sub', prefix: 'user:' } },
    payload: { client_id: 'a' },
    expected: NOBODY,
  },
  {
    name: 'an actor',
    mapping: {},
    payload: { client_id: 'a', act: { sub: 'op' } },
    expected: { ...NOBODY, actor: 'op' },
  },
  {
    name: 'an actor elsewhere',
    mapping: { actor: 'op' },
    payload: { client_id: 'a', op: 'o', act: {} },
    expected: { ...NOBODY, actor: 'o' },
  },
  {
    name: 'a ground elsewhere',
    mapping: { ground: '/x/g' },
    payload: { client_id: 'a', x: { g: { kind: 'law' } } },
    expected: { ...NOBODY, ground: { kind: 'law' } },
  },
  {
    name: 'purposes',
    mapping: {},
    payload: { client_id: 'a', purposes: ['p'] },
    expected: { ...NOBODY, purposes: ['p'] },
  },
  {
    name: 'no purposes at all',
    mapping: {},
    payload: { client_id: 'a', purposes: [] },
    expected: { ...NOBODY, purposes: [] },
  },
  {
    name: 'purposes under a URI',
    mapping: { purposes: { claim: URI } },
    payload: { client_id: 'a', [URI]: ['p'] },
    expected: { ...NOBODY, purposes: ['p'] },
  },
  {
    name: 'mapped purposes that are absent as none',
    mapping: { purposes: { claim: URI } },
    payload: { client_id: 'a' },
    expected: { ...NOBODY, purposes: [] },
  },
  {
    name: 'mapped purposes that are absent as all, where that was said',
    mapping: { purposes: { claim: URI, absent: 'all' } },
    payload: { client_id: 'a' },
    expected: NOBODY,
  },
  {
    name: 'purposes of a scope',
    mapping: scope,
    payload: { client_id: 'a', scope: 'openid purpose:service.support email purpose:x' },
    expected: { ...NOBODY, purposes: ['service.support', 'x'] },
  },
  {
    name: 'a scope without purposes as none',
    mapping: scope,
    payload: { client_id: 'a', scope: 'openid' },
    expected: { ...NOBODY, purposes: [] },
  },
  {
    name: 'an empty scope as none',
    mapping: scope,
    payload: { client_id: 'a', scope: '' },
    expected: { ...NOBODY, purposes: [] },
  },
  {
    name: 'a scope that is a list',
    mapping: scope,
    payload: { client_id: 'a', scope: ['purpose:x', 'y'] },
    expected: { ...NOBODY, purposes: ['x'] },
  },
];

describe('a token is read as', () => {
  it.each(read)('$name', ({ mapping, payload, expected }) => {
    expect(compileClaimMapping(mapping)({ ...payload })).toEqual(expected);
  });
});

const nested = { purposes: { claim: '/ext/purposes', absent: 'all' as const } };
const refused: readonly { name: string; mapping?: ClaimMapping; payload: object }[] = [
  { name: 'without a client', payload: {} },
  { name: 'with an empty client', payload: { client_id: '' } },
  { name: 'whose client is no text', payload: { client_id: 7 } },
  { name: 'whose client is inherited', mapping: { client: 'constructor' }, payload: {} },
  { name: 'whose person is no text', payload: { client_id: 'a', end_user: 7 } },
  { name: 'whose person is null', payload: { client_id: 'a', end_user: null } },
  {
    name: 'whose person is empty, though a prefix is put before',
    mapping: { endUser: { claim: 'sub', prefix: 'user:' } },
    payload: { client_id: 'a', sub: '' },
  },
  { name: 'whose actor has no name', payload: { client_id: 'a', act: {} } },
  { name: 'whose actor is a text', payload: { client_id: 'a', act: 'op' } },
  { name: 'whose purposes are null', payload: { client_id: 'a', purposes: null } },
  { name: 'whose purposes are a text', payload: { client_id: 'a', purposes: 'service' } },
  { name: 'whose purposes are an object', payload: { client_id: 'a', purposes: { service: true } } },
  { name: 'with a purpose that is no text', payload: { client_id: 'a', purposes: ['service', 7] } },
  {
    name: 'whose purposes stand in a list',
    mapping: nested,
    payload: { client_id: 'a', ext: [{ purposes: [] }] },
  },
  {
    name: 'whose purposes are not where they should be',
    mapping: nested,
    payload: { client_id: 'a', ext: {} },
  },
  { name: 'whose way to the purposes is null', mapping: nested, payload: { client_id: 'a', ext: null } },
  { name: 'whose scope is a number', mapping: scope, payload: { client_id: 'a', scope: 7 } },
  { name: 'whose scope is null', mapping: scope, payload: { client_id: 'a', scope: null } },
  {
    name: 'with a scope that holds a number',
    mapping: scope,
    payload: { client_id: 'a', scope: ['purpose:x', 7] },
  },
];

describe('a token is refused', () => {
  it.each(refused)('$name', ({ mapping, payload }) => {
    expect(() => compileClaimMapping(mapping)({ ...payload })).toThrow(Error);
  });
});

describe('a path is refused', () => {
  const paths: readonly { name: string; path: ClaimPath }[] = [
    { name: 'that might be one claim or two', path: 'act.sub' },
    { name: 'that is empty', path: '' },
    { name: 'of no names', path: [] },
    { name: 'with an empty name', path: ['act', ''] },
    { name: 'that points at everything', path: '/' },
    { name: 'with an escape that is none', path: '/a~2b' },
  ];
  it.each(paths)('$name', ({ path }) => {
    expect(() => compileClaimMapping({ actor: path })).toThrow(/^Claim of the actor: expected/);
  });
});
