import { GATEWAY_CLIENT } from '../../../policies/consent/callerToken.ts';
import type { Caller } from './askConsent.ts';

const PURPOSE_MUTATIONS = ['grantConsent', 'refuseConsent', 'withdrawConsent', 'objectToPurpose'];
const PERSON_MUTATIONS = ['suspendUse', 'resumeUse', 'recordServiceUse', 'eraseConsents'];
const CLIENT_MUTATIONS = ['recordAcquisition'];

/** Every mutation of the consent subgraph. */
export const MUTATIONS = [...PURPOSE_MUTATIONS, ...PERSON_MUTATIONS, ...CLIENT_MUTATIONS];

/** An operation with the mutation of this name, about `$subject`. */
export function mutation(name: string): string {
  if (PURPOSE_MUTATIONS.includes(name)) {
    return `mutation ($subject: ID!) { ${name}(subject: $subject, purpose: "marketing.recommendation") { recordId } }`;
  }
  const channel = name === 'recordAcquisition' ? ', channel: "telephone"' : '';
  return `mutation ($subject: ID!) { ${name}(subject: $subject${channel}) { recordId } }`;
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
