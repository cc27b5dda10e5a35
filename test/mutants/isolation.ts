import type { Mutant } from './mutant.ts';

const ISOLATION = ['test/leaks/isolation.test.ts'];
const ROUNDS = ['test/leaks/isolationInRounds.test.ts'];

/** Non-null personal fields are fetched apart, so that the failure of a denied one shows nowhere. */
export const ISOLATION_MUTANTS: readonly Mutant[] = [
  {
    name: 'non-null personal fields are fetched apart',
    file: 'gateway/prepare/splitFetch.ts',
    find: 'objects.filter((each) => isGuarded(each, name) && isFragile(each, name));',
    replace: 'objects.filter((each) => isGuarded(each, name) && isFragile(each, name) && false);',
    tests: ISOLATION,
    invariant: 'the failure of a denied field nulls nothing that is shown',
  },
  {
    name: 'those that are nullable on an interface alone as well',
    file: 'gateway/prepare/splitFetch.ts',
    find: 'const type = fieldOf(on, name)?.type;\n    return type !== undefined && isNonNullType(type);',
    replace:
      'const type = fieldOf(on, name)?.type;\n    return on !== name && type !== undefined && isNonNullType(type) && subgraph.schema.interfaceTypes().every((each) => { const of = each.field(name)?.type; return of === undefined || isNonNullType(of); });',
    tests: ISOLATION,
  },
  {
    name: 'several people’s values share no fate',
    file: 'gateway/prepare/splitFetch.ts',
    find: 'if (place.link === null || place.link.isList) break;',
    replace: 'if (place.link === null) break;',
    tests: ['test/gateway/prepare/isolate.test.ts'],
  },
  {
    name: 'fields of different rules share no fate',
    file: 'gateway/prepare/isolate.ts',
    find: 'return JSON.stringify([categories, allow, deny, subjects, enclosing]);',
    replace: 'return JSON.stringify([categories, allow, deny, subjects, enclosing].length);',
    tests: ['test/gateway/prepare/isolate.test.ts'],
  },
  {
    name: 'what cannot be fetched apart is withheld',
    file: 'gateway/prepare/plan.ts',
    find: '!granted.has(coordinate) && !needed.has(coordinate)',
    replace: 'false && needed.has(coordinate)',
    tests: ISOLATION,
  },
  {
    name: 'what another subgraph needs and cannot be fetched apart is refused',
    file: 'gateway/prepare/plan.ts',
    find: 'refuseUnlessKey(input.keyFields, coordinate);',
    replace: '',
    tests: ['test/gateway/prepare/isolate.test.ts'],
  },
  {
    name: 'mutations of which one may be denied are sent one by one',
    file: 'gateway/prepare/isolate.ts',
    find: 'if (!isDenied && whole.length === 1) return whole;',
    replace: 'if (whole.length > 0) return whole;',
    tests: ISOLATION,
  },
  {
    name: 'a key by which an object is found again is not personal',
    file: 'gateway/prepare/entityKeys.ts',
    find: 'if (selection.kind !== Kind.FIELD || isGuarded(typeName, selection.name.value)) return false;',
    replace: 'if (selection.kind !== Kind.FIELD) return false;',
    tests: ['test/gateway/prepare/isolate.test.ts'],
  },
  {
    name: 'a field that is not fetched apart is fetched only if nobody denies it',
    file: 'gateway/project/decideTogether.ts',
    find: 'known === undefined ? here : strictest([known, here])',
    replace: 'here',
    tests: ['test/gateway/fetchPermitted.test.ts'],
    invariant: 'a field that is not fetched apart is fetched only if nobody denies it',
  },
  {
    name: 'somebody who denies and came meanwhile is heard',
    file: 'gateway/fetchPermitted.ts',
    find: "if ([...anew.values()].some(({ effect }) => effect === 'deny')) {",
    replace: 'if (false) {',
    tests: ['test/gateway/fetchPermitted.test.ts'],
  },
  {
    name: 'a required value that is missing shows nowhere else',
    file: 'gateway/prepare/apartFromInputs.ts',
    find: 'if (asking.length < 2) return [fetch];',
    replace: 'if (asking.length >= 0) return [fetch];',
    tests: ['test/leaks/requiredInputs.test.ts'],
    invariant: 'whether a required value is there shows nowhere but in what is made of it',
  },
  {
    name: 'an error of what may not be asked of all is told at none',
    file: 'gateway/execute/referenceExecutor.ts',
    find: "const about = unsure.has(asked) ? 'unsure' : 'sure';",
    replace: "const about = 'sure';",
    tests: ['test/leaks/requiredInputs.test.ts'],
    invariant: 'where it is sure does not depend on a denied value',
  },
  {
    name: 'what may stand below a field that is not fetched yet waits for it',
    file: 'gateway/fetchPermitted.ts',
    find: 'return known.filter((each) => !known.some((above) => below.get(above)?.has(each) === true));',
    replace: 'return permitted;',
    tests: ROUNDS,
  },
  {
    name: 'what is below a denied object decides nothing',
    file: 'gateway/project/decideTogether.ts',
    find: "if (here.effect === 'deny' && !subjectFields.has(coordinate)) return;",
    replace: '',
    tests: ROUNDS,
    invariant: 'what is below a denied object decides nothing',
  },
  {
    name: 'what was not fetched is denied to all alike',
    file: 'gateway/fetchPermitted.ts',
    find: 'if (withheld.size === 0) return fetched;',
    replace: 'if (withheld.size >= 0) return fetched;',
    tests: ISOLATION,
  },
  {
    name: 'a mutation runs once',
    file: 'gateway/fetchPermitted.ts',
    find: 'const next = isQuery ? decidedEverywhere(permitted, granted, below) : [];',
    replace: 'const next = decidedEverywhere(permitted, granted, below);',
    tests: ['test/gateway/fetchPermitted.test.ts'],
  },
  {
    name: 'a null object of a field fetched apart replaces nothing',
    file: 'gateway/execute/referenceExecutor.ts',
    find: "const nulls = apart.has(asked) ? 'left out' : 'kept';",
    replace: "const nulls = 'kept';",
    tests: ['test/gateway/prepare/isolate.test.ts'],
  },
];
