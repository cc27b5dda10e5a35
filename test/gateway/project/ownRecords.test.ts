import { afterEach, describe, expect, it } from 'vitest';
import { ownRecords } from '../../../gateway/project/ownRecords.ts';
import { callerFor, generationOf, prepareQuery, show } from '../prepareHarness.ts';

const ORDINARY = { inheritedKeys: false };
const HOSTILE = { inheritedKeys: true };

/** One property of an object, as a walk that starts now reads it. */
const read = (object: object, key: string, shape = ORDINARY): unknown => ownRecords()(object, shape)[key];

function sentAs(json: string): object {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new TypeError('Expected an object.');
  return value;
}

class Row {
  readonly own: number = 1;
  get inherited(): number {
    return 2;
  }
}

describe('own records', () => {
  it.each<{ name: string; object: object; key: string; expected: unknown }>([
    { name: 'an own property', object: { label: 'l' }, key: 'label', expected: 'l' },
    {
      name: 'one of an object without prototype',
      object: { __proto__: null, label: 'l' },
      key: 'label',
      expected: 'l',
    },
    { name: 'one of an instance', object: new Row(), key: 'own', expected: 1 },
    { name: 'nothing of its class', object: new Row(), key: 'inherited', expected: undefined },
    {
      name: 'nothing of another prototype',
      object: { __proto__: { label: 'l' } },
      key: 'label',
      expected: undefined,
    },
    { name: 'nothing of a list', object: ['l'], key: 'length', expected: undefined },
    { name: 'no method of a list', object: ['l'], key: 'filter', expected: undefined },
  ])('give $name', ({ object, key, expected }) => expect(read(object, key)).toBe(expected));

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('know %s as sent alone', (name) => {
    expect(read({}, name, HOSTILE)).toBeUndefined();
    const sent = sentAs(`{"${name}":{"label":"l"}}`);
    expect(read(sent, name, HOSTILE)).toEqual({ label: 'l' });
    expect(read(sent, 'label')).toBeUndefined();
    expect(read(sent, 'label', HOSTILE)).toBeUndefined();
  });

  it('leave the object as it was', () => {
    const object = new Row();
    read(object, 'own', HOSTILE);
    expect(Object.entries(object)).toEqual([['own', 1]]);
  });
});

describe('a polluted prototype', () => {
  afterEach(() => void Reflect.deleteProperty(Object.prototype, 'mail'));

  it('shows nowhere in an answer', () => {
    const generation = generationOf(`
      type Query { me: User }
      type User @key(fields: "id") @personal(subject: ["id"]) {
        id: ID! label: String mail: String @personal(category: "contact.email")
      }`);
    const prepared = prepareQuery(generation, '{ me { label mail } }');
    const shown = (): unknown =>
      JSON.parse(
        JSON.stringify(
          show(generation, prepared, { me: { id: '1', label: 'l' } }, { caller: callerFor() }).data,
        ),
      );
    const before = shown();
    Reflect.set(Object.prototype, 'mail', 'canary');
    const { data } = show(generation, prepared, { me: { id: '1', label: 'l' } }, { caller: callerFor() });
    Reflect.deleteProperty(Object.prototype, 'mail');
    expect(JSON.parse(JSON.stringify(data))).toEqual(before);
    expect(before).toEqual({ me: { label: 'l', mail: null } });
  });
});
