import type { Category, NamedMask, Policy, Recipient } from '../../../policies/policy.ts';

/** A policy of categories, masks and recipients alone: all that choosing a mask looks at. */
export function maskPolicy(): Policy {
  return {
    file: 'policy.yaml',
    name: 'masks',
    namespace: 'user',
    revisions: [],
    categories: byKey([
      category('contact.email', 'email', 'email'),
      category('contact.backup', 'email', 'email'),
      category('account.nickname', 'initial', 'text'),
      category('usage.time', 'year', 'text'),
      category('usage.kind', 'hidden-kind', 'text'),
      category('usage.ip', 'nameless', 'ip'),
      { ...category('account.password', 'email', 'text'), never: true },
    ]),
    purposes: new Map(),
    recipients: byKey([
      recipient('internal', 'internal'),
      recipient('group', 'group'),
      recipient('processor.mail', 'processor'),
      recipient('authority', 'authority'),
      recipient('third_party.acme', 'third_party'),
      recipient('advertiser.criteo', 'advertiser'),
    ]),
    grounds: new Map(),
    masks: new Map(
      [
        mask('email', 'email'),
        mask('initial', 'partial', { start: 2 }),
        mask('year', 'date'),
        mask('hidden', 'constant'),
        mask('hidden-kind', 'value', { value: 'UNDISCLOSED' }),
        mask('token', 'pseudonym'),
        mask('wrong', 'partial', { start: 100 }),
        mask('misspelt', 'partial', { begin: 1 }),
        mask('unheard-of', '__proto__'),
      ].map((each) => [each.name, each]),
    ),
    scalars: new Map(),
    clients: new Map(),
    channels: new Map(),
    collection: new Map(),
    controllers: [],
    officer: { article: '6', name: 'unknown', address: 'unknown' },
    contact: { article: '10', name: 'unknown', address: 'unknown' },
  };
}

function category(key: string, maskName: string, format: Category['format']): Category {
  return {
    key,
    article: '2',
    identifying: true,
    never: false,
    mask: maskName,
    format,
    dpv: 'unknown',
    collected: [],
  };
}

function recipient(key: string, kind: Recipient['kind']): Recipient {
  return { key, kind, name: key, article: '4', optOut: null };
}

function mask(name: string, kind: string, parameters: NamedMask['parameters'] = {}): NamedMask {
  return { name, kind, parameters };
}

function byKey<Entry extends { readonly key: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.key, entry]));
}
