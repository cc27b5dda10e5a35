import { GATEWAY_CLIENT } from '../../../policies/consent/callerToken.ts';
import type { Caller } from './askConsent.ts';

const PURPOSE_MUTATIONS = ['grantConsent', 'refuseConsent', 'withdrawConsent', 'objectToPurpose'];
const PERSON_MUTATIONS = [
  'suspendUse',
  'resumeUse',
  'recordServiceUse',
  'eraseConsents',
  'submitRightsRequest',
  'cancelRightsRequest',
];
const CLIENT_MUTATIONS = [
  'recordAcquisition',
  'startRightsRequest',
  'fulfillRightsRequest',
  'refuseRightsRequest',
];
/** Those that take `$id`, of an open request of the subject's. */
const STEPS = ['startRightsRequest', 'fulfillRightsRequest', 'refuseRightsRequest', 'cancelRightsRequest'];

/** Every mutation of the consent subgraph. */
export const MUTATIONS = [...PURPOSE_MUTATIONS, ...PERSON_MUTATIONS, ...CLIENT_MUTATIONS];

/** Whether the mutation of this name takes a request one step on, which must be at the step before then. */
export function stepBefore(name: string): 'RECEIVED' | 'IN_PROGRESS' | null {
  if (!STEPS.includes(name)) return null;
  return name === 'startRightsRequest' || name === 'cancelRightsRequest' ? 'RECEIVED' : 'IN_PROGRESS';
}

/** An operation with the mutation of this name, about `$subject`, and of steps also `$id`. */
export function mutation(name: string): string {
  if (STEPS.includes(name)) {
    return `mutation ($subject: ID!, $id: ID!) {
      ${name}(subject: $subject, id: $id, note: "n") { ... on RightsRequestReceipt { recordId } }
    }`;
  }
  if (PURPOSE_MUTATIONS.includes(name)) {
    return `mutation ($subject: ID!) { ${name}(subject: $subject, purpose: "marketing.recommendation") { recordId } }`;
  }
  const more =
    name === 'recordAcquisition'
      ? ', channel: "telephone"'
      : name === 'submitRightsRequest'
        ? ', kind: SUSPENSION'
        : '';
  return `mutation ($subject: ID!) { ${name}(subject: $subject${more}) { recordId } }`;
}

/** Stands for an end user who is the subject. */
export const SELF = 'the subject themselves';

const callers: readonly {
  readonly who: string;
  readonly caller: Caller | typeof SELF;
  readonly may: readonly string[];
}[] = [
  { who: 'nobody', caller: 'nobody', may: [] },
  { who: 'a client without rights', caller: {}, may: [] },
  { who: 'the gateway itself', caller: { client: GATEWAY_CLIENT }, may: [] },
  { who: 'another end user', caller: { endUser: 'user:other' }, may: [] },
  { who: 'an end user without namespace', caller: { endUser: 'u_1' }, may: [] },
  { who: 'a client with another purpose', caller: { consentWrite: ['advertising'] }, may: [] },
  {
    who: 'a client with a longer name',
    caller: { consentWrite: ['marketing.recommendation.daily'] },
    may: [],
  },
  { who: 'a client with the beginning of a name', caller: { consentWrite: ['market'] }, may: [] },
  { who: 'a client with a pattern that is none', caller: { consentWrite: ['marketing.*'] }, may: [] },
  {
    who: 'a client with the purpose',
    caller: { consentWrite: ['marketing.recommendation'] },
    may: PURPOSE_MUTATIONS,
  },
  { who: 'a client with its parent', caller: { consentWrite: ['marketing'] }, may: PURPOSE_MUTATIONS },
  { who: SELF, caller: SELF, may: [...PURPOSE_MUTATIONS, ...PERSON_MUTATIONS] },
  { who: 'a client with everything', caller: { consentWrite: ['*'] }, may: MUTATIONS },
];

/** Who may write what: the one table that the guards of the subgraph and of the gateway are both held to. */
export const WRITES = callers.flatMap(({ who, caller, may }) =>
  MUTATIONS.map((name) => ({ who, caller, name, can: may.includes(name) ? 'may' : 'may not' })),
);
