import { parsePolicy, PolicyError } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Dice } from './dice.ts';

/** Often what most purposes cover, so that much is shown. */
export const CATEGORIES = [
  'contact.mail',
  'contact.mail',
  'contact.mail',
  'contact.name',
  'contact.name',
  'contact.name',
  'contact',
  'secret',
  'trace',
  'trace.cookie',
] as const;
export const MASKS = ['hidden', 'part', 'token', 'step', 'unsaid', 'zero', 'mail'] as const;
export const PURPOSES = ['serve', 'serve.part', 'offer', 'ads', 'law', 'rights.access', 'rights'] as const;

/** Who may call under a generated policy: claims as `identifyByHeaders` reads them. */
export interface CallerClaim {
  readonly client: string;
  readonly purpose: string | null;
  readonly recipient: string;
  readonly endUser: string | null;
  readonly ground: string | null;
}

/** A random policy of few categories, purposes and recipients. */
export function generatePolicy(dice: Dice): Policy {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      return parsePolicy(JSON.stringify(writtenPolicy(dice)), 'generated.yaml');
    } catch (error) {
      // Most random policies say something that no policy may.
      if (!(error instanceof PolicyError)) throw error;
    }
  }
  throw new Error('No policy could be generated.');
}

export function writtenPolicy(dice: Dice): unknown {
  const dpv = 'https://example.test/x';
  const party = { article: '1', name: 'Example', address: 'unknown' };
  const category = (identifying: boolean, more: object) => ({
    article: '2',
    identifying,
    mask: dice.pick(MASKS),
    dpv,
    collected: ['website'],
    ...more,
  });
  const levels = (often: number): Readonly<Record<string, string>> =>
    Object.fromEntries(
      dice
        .some(['contact', 'contact.mail', 'contact.name', 'trace', 'trace.cookie'], often, 1)
        .map((key) => [key, dice.chance(0.65) ? 'full' : 'masked']),
    );
  const purpose = (more: object) => ({
    article: '4',
    text: 'Purpose',
    dpv,
    since: 'unknown',
    objectable: true,
    suspendable: dice.chance(0.8),
    lookups: dice.some(['contact.mail', 'contact.name', 'trace'], 0.4),
    ...more,
  });
  const serve = levels(0.75);
  const part = Object.fromEntries(
    dice
      .some(Object.entries(serve), 0.7, 1)
      .map(([key, level]) => [key, dice.chance(0.4) ? 'masked' : level]),
  );
  const isShared = dice.chance(0.5);
  return {
    name: 'generated',
    namespace: 'user',
    revisions: [
      {
        effective: '2020-01-01',
        significant: dice.pick([true, false, false, 'unknown', 'unknown']),
        notified: dice.pick(['2020-01-01', '2020-01-01', 'unknown', null]),
        article: '12',
      },
    ],
    controllers: [party],
    officer: party,
    contact: party,
    collection: { website: 'Entered' },
    channels: { survey: 'Survey' },
    masks: {
      hidden: { kind: 'constant' },
      part: { kind: 'partial', parameters: { start: 2, end: 1 } },
      token: { kind: 'pseudonym' },
      step: { kind: 'number', parameters: { unit: 100_000_000, atMost: 1_000_000_000 } },
      unsaid: { kind: 'value', parameters: { value: 'HIDDEN' } },
      zero: { kind: 'value', parameters: { value: 0 } },
      mail: { kind: 'email' },
    },
    scalars: Object.fromEntries(
      dice.some(
        [
          ['Stamp', '1970-01-01'],
          ['Int', 0],
          ['Float', 0],
          ['Boolean', false],
        ] as const,
        0.5,
      ),
    ),
    categories: {
      contact: category(true, {}),
      'contact.mail': category(true, { format: dice.pick(['email', 'text']) }),
      'contact.name': category(true, {}),
      secret: category(true, { never: true }),
      trace: category(false, { format: dice.pick(['ip', 'url', 'text']) }),
      'trace.cookie': category(false, {}),
    },
    purposes: {
      serve: purpose({ basis: { internal: 'notified' }, levels: serve, objectable: dice.chance(0.7) }),
      'serve.part': purpose({
        basis: { internal: dice.pick(['notified', 'consent']) },
        levels: part,
        lookups: [],
      }),
      offer: purpose({
        basis: { internal: 'consent', ...(isShared ? { 'third_party.acme': 'consent' } : {}) },
        levels: isShared && dice.chance(0.8) ? full(levels(0.75)) : levels(0.75),
        ...(dice.chance(0.4) ? { fallback: 'masked' } : {}),
        ...(dice.chance(0.2) ? { channels: ['survey'] } : {}),
      }),
      ads: purpose({
        basis: { advertiser: 'notified' },
        levels: { trace: dice.pick(['full', 'full', 'full', 'masked']) },
      }),
      law: purpose({ basis: { authority: 'ground' }, levels: levels(0.6) }),
      'rights.access': purpose({ basis: { internal: 'self' }, levels: levels(0.7), lookups: [] }),
    },
    recipients: {
      internal: { kind: 'internal', name: 'Us', article: '1' },
      authority: { kind: 'authority', name: 'Court', article: '7' },
      'third_party.acme': { kind: 'third_party', name: 'Acme', article: '7' },
      'advertiser.ads': { kind: 'advertiser', name: 'Ads', article: '9', optOut: 'unknown' },
    },
    grounds: {
      warrant: {
        article: '7',
        purposes: ['law'],
        categories: dice.some(['contact', 'trace', 'secret'], 0.6, 1),
        recipients: ['authority'],
      },
    },
    clients: {
      desk: {
        name: 'Desk',
        recipients: ['internal', 'third_party.acme', 'advertiser.ads'],
        purposes: ['serve', 'offer', 'ads', 'rights'],
        write: dice.chance(0.6),
      },
      legal: { name: 'Legal', recipients: ['authority'], purposes: ['law'], grounds: ['warrant'] },
    },
  };
}

function full(levels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(levels).map((key) => [key, 'full']));
}

/** Callers that such a policy admits. */
export function callersFor(subjects: readonly string[]): readonly CallerClaim[] {
  const ground = JSON.stringify({
    kind: 'warrant',
    reference: 'r1',
    expires: 4e12,
    subjects: subjects.slice(0, 3),
  });
  return [
    desk(null),
    desk('serve'),
    desk('serve'),
    desk('serve'),
    desk('serve'),
    desk('serve.part'),
    desk('offer'),
    desk('offer'),
    desk('offer'),
    desk('offer', 'third_party.acme'),
    desk('ads', 'advertiser.ads'),
    desk('rights.access', 'internal', subjects[0] ?? null),
    { client: 'legal', purpose: 'law', recipient: 'authority', endUser: null, ground },
  ];
}

function desk(purpose: string | null, recipient = 'internal', endUser: string | null = null): CallerClaim {
  return { client: 'desk', purpose, recipient, endUser, ground: null };
}
