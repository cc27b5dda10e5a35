import { generatePeople } from '../../subgraphs/people.ts';
import type { Effect } from './history.ts';

/** A purpose that clients read for and write about. */
export interface ReadPurpose {
  readonly key: string;
  /** The registered client that may declare it. */
  readonly client: string;
  readonly recipient: string | null;
  /** Mutations that take away what it shows. */
  readonly hiding: readonly string[];
  /** Whether it shows those who use the service until they object. */
  readonly showsAtFirst: boolean;
}

/** One purpose by consent, one by consent that falls back to a mask, one that people may object to. */
export const PURPOSES: readonly ReadPurpose[] = [
  {
    key: 'marketing.recommendation',
    client: 'mail-campaign',
    recipient: null,
    hiding: ['withdrawConsent', 'refuseConsent', 'objectToPurpose'],
    showsAtFirst: false,
  },
  {
    key: 'agreed.survey_panel',
    client: 'survey-panel',
    recipient: 'internal',
    hiding: ['withdrawConsent', 'objectToPurpose'],
    showsAtFirst: false,
  },
  {
    key: 'ir.information',
    client: 'investor-relations',
    recipient: null,
    hiding: ['objectToPurpose'],
    showsAtFirst: true,
  },
];

/** People with all that there is to show of each: `u_1` and so on, in this order. */
export const PEOPLE = generatePeople().slice(0, 8);
/** How many of them clients write about. Of the others nothing is ever to be seen. */
const WRITTEN = 6;

/** Of whom clients write. */
export const SUBJECTS: readonly string[] = PEOPLE.slice(0, WRITTEN).map(({ id }) => subjectOf(id));

/** The full subject id of a user. */
export function subjectOf(id: string): string {
  return `user:${id}`;
}

/** What one decision is kept in: for a purpose, or, `null`, whether the subject lets their data be used at all. */
export interface Register {
  readonly subject: string;
  readonly purpose: ReadPurpose | null;
}

/** Every register that is written. */
export const REGISTERS: readonly Register[] = SUBJECTS.flatMap((subject) => [
  ...PURPOSES.map((purpose) => ({ subject, purpose })),
  { subject, purpose: null },
]);

/** Its name in histories. */
export function registerName(subject: string, purposeKey: string | null): string {
  return `${subject} ${purposeKey ?? 'use'}`;
}

/** Registers that show at first. */
export const SHOWN_AT_FIRST: ReadonlySet<string> = new Set(
  PEOPLE.map(({ id }) => subjectOf(id)).flatMap((subject) => [
    registerName(subject, null),
    ...(SUBJECTS.includes(subject)
      ? PURPOSES.filter(({ showsAtFirst }) => showsAtFirst).map(({ key }) => registerName(subject, key))
      : []),
  ]),
);

/** What an event of the consent record does to the register that it is about; `null`: nothing. */
export const EFFECTS: Readonly<Record<string, Effect>> = {
  GIVEN: 'shows',
  REFUSED: 'hides',
  WITHDRAWN: 'hides',
  OBJECTED: 'hides',
  SUSPENDED: 'hides',
  RESUMED: 'shows',
};
