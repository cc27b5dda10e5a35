import { expect, it } from 'vitest';
import { checkSupergraph } from '../../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../../directives/ruleSettings.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { composed } from '../composed.ts';

const SDL = composed({
  accounts: `type Query { user: User }
    type User @key(fields: "id") @key(fields: "email") @personal(subject: ["id"]) {
      id: ID! email: String! @personal(category: "contact.email") }`,
  jobs: 'type User @key(fields: "id", resolvable: false) { id: ID! }',
});

it.each([
  { name: 'as it was composed', given: SDL, expected: ['personal-key User.email'] },
  {
    name: 'with a key by hand that is none',
    given: SDL.replace('graph: JOBS, key: "id"', 'graph: JOBS, key: "nope"'),
    expected: ['personal-key User.email'],
  },
  {
    name: 'with a key by hand that does not parse',
    given: SDL.replace('graph: JOBS, key: "id"', 'graph: JOBS, key: "{"'),
    expected: ['personal-key User.email'],
  },
  { name: 'without the personal key', given: SDL.replace(', key: "email"', ', key: "id"'), expected: [] },
])('checks a supergraph $name', ({ name, given, expected }) => {
  expect(given === SDL).toBe(name === 'as it was composed');
  const found = checkSupergraph({
    supergraph: { sdl: given, file: null },
    subgraphs: [],
    policy: smallPolicy(),
    settings: DEFAULT_SETTINGS,
  });
  expect(found.map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual(expected);
});
