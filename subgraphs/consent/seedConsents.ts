import { randomUUID } from 'node:crypto';
import type { ConsentDatabase } from './database.ts';
import { lawfulBasis } from './events.ts';
import { consentEvents, subjects as subjectRows } from './tables.ts';
import type { EventState, NewConsentEvent } from './tables.ts';

/** Purposes of the shipped policy that rest on consent. */
const BY_CONSENT = ['marketing.recommendation', 'agreed.survey_panel', 'cookie.statistics'] as const;
/** Purposes that a subject may object to or opt out of; consenting people have agreed to them as well. */
const BY_NOTICE = ['advertising.distribution', 'advertising.analysis'] as const;
const CHANNELS = [
  'telephone',
  'number_database',
  'online_document_request',
  'group_registration',
  'document_request',
  'survey_response',
  'introduction',
] as const;
const REVISION = '2020-05-08';
const CLIENT = 'seed';

const START = Date.UTC(2026, 0, 5, 9);
const DAY_MS = 86_400_000;
const ROWS_PER_INSERT = 1_000;

interface Fact {
  readonly eventState: EventState;
  readonly purpose?: string;
  readonly recipient?: string;
  readonly validityDuration?: string;
  readonly collectionMethod?: string;
}

/**
 * Fills an empty store with the demo's people and gives how many it wrote; a store with anyone in it stays as
 * it is. The first five of `subjects` (full ids) are fixed: consented to all, refused all, gave and withdrew,
 * suspended, without any record of consent. The others get a mixture that depends on their position alone.
 */
export async function seedConsents(database: ConsentDatabase, subjects: readonly string[]): Promise<number> {
  return await database.transaction(async (transaction) => {
    const [anyone] = await transaction.select().from(subjectRows).limit(1);
    if (anyone !== undefined) return 0;
    await inChunks(
      subjects.map((id) => ({ id })),
      async (rows) => await transaction.insert(subjectRows).values(rows),
    );
    const events = subjects.flatMap((subject, index) => eventsOf(subject, index + 1));
    await inChunks(events, async (rows) => await transaction.insert(consentEvents).values(rows));
    return subjects.length;
  });
}

function eventsOf(subject: string, number: number): readonly NewConsentEvent[] {
  const facts = [...everyone(number), ...decisionsOf(number)];
  return facts.map((fact, index) => ({
    recordId: randomUUID(),
    piiPrincipalId: subject,
    lawfulBasis: lawfulBasis(fact.eventState),
    // Within January 2026, a day apart for each step, so that the order is plain to see.
    eventTime: new Date(START + index * DAY_MS + number * 1_000),
    policyRevision: REVISION,
    client: CLIENT,
    actor: null,
    purpose: fact.purpose ?? null,
    recipient: fact.recipient ?? null,
    validityDuration: fact.validityDuration ?? null,
    collectionMethod: fact.collectionMethod ?? null,
    eventState: fact.eventState,
  }));
}

/** Everybody was acquired somehow and has used the service since the last revision. */
function everyone(number: number): readonly Fact[] {
  const channel = CHANNELS[number % CHANNELS.length] ?? CHANNELS[0];
  return [{ eventState: 'ACQUIRED', collectionMethod: channel }, { eventState: 'SERVICE_USED' }];
}

function decisionsOf(number: number): readonly Fact[] {
  const given = [...BY_CONSENT, ...BY_NOTICE].map((purpose) => say('GIVEN', purpose));
  switch (number) {
    case 1:
      return given;
    case 2:
      return BY_CONSENT.map((purpose) => say('REFUSED', purpose));
    case 3:
      return [...given, ...BY_CONSENT.map((purpose) => say('WITHDRAWN', purpose))];
    case 4:
      return [...given, { eventState: 'SUSPENDED' }];
    case 5:
      return [];
    default:
      return mixture(number);
  }
}

/** Each purpose by its own stride, so that all combinations occur among a few hundred people. */
function mixture(number: number): readonly Fact[] {
  const facts = BY_CONSENT.flatMap((purpose, index) =>
    consentTo(purpose, Math.floor(number / 3 ** index) % 6),
  );
  if (number % 11 === 0) facts.push(say('OBJECTED', 'service.improvement'));
  if (number % 13 === 0) facts.push({ ...say('OBJECTED', 'advertising'), recipient: 'advertiser.criteo' });
  if (number % 17 === 0) facts.push(say('OBJECTED', 'ir.information'));
  if (number % 29 === 0) facts.push({ eventState: 'SUSPENDED' });
  return facts;
}

function consentTo(purpose: string, choice: number): readonly Fact[] {
  switch (choice) {
    case 0:
      return [say('GIVEN', purpose)];
    case 1:
      return [say('REFUSED', purpose)];
    case 2:
      return [say('GIVEN', purpose), say('WITHDRAWN', purpose)];
    case 3:
      // Long over by the time anyone reads it.
      return [{ ...say('GIVEN', purpose), validityDuration: 'P1D' }];
    case 4:
      return [{ ...say('GIVEN', purpose), validityDuration: 'P36500D' }];
    default:
      return [];
  }
}

function say(eventState: EventState, purpose: string): Fact {
  return { eventState, purpose, collectionMethod: 'web_form' };
}

async function inChunks<Row>(rows: readonly Row[], insert: (rows: Row[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await insert(rows.slice(start, start + ROWS_PER_INSERT));
  }
}
