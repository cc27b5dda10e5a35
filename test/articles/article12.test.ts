import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { watchPolicy } from '../../policies/watchPolicy.ts';
import { POLICY_FILE, startCompany, subjectOf, type Asker, type Company } from './company.ts';

const SUPPORT: Asker = { client: 'support-desk', purpose: 'service.support' };
const CAMPAIGN: Asker = { client: 'mail-campaign', purpose: 'marketing.recommendation' };
const BEFORE = '2020-05-08';

let company: Company;
let folder: string;
let shipped: string;
let watching: { readonly close: () => void };
let reloaded: () => void = () => undefined;

beforeAll(async () => {
  // The clock alone is ours: everything else waits as usual.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2030-03-01T10:00:00Z') });
  company = await startCompany('kept');
  folder = await mkdtemp(join(tmpdir(), 'sudare-revisions-'));
  shipped = await readFile(POLICY_FILE, 'utf8');
  const file = join(folder, 'policy.yaml');
  await writeFile(file, shipped);
  // As `sudare start` does.
  const watched = watchPolicy(
    file,
    (policy) => {
      company.setPolicy(policy);
      reloaded();
    },
    (error) => {
      throw error;
    },
  );
  watching = watched;
  await watched.ready;
});
afterAll(async () => {
  watching.close();
  await company.close();
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

/** Writes revisions behind those of the text, and waits until the gateway has them. */
const revise = async (...revisions: readonly string[]): Promise<void> => {
  const last = `  - { effective: ${BEFORE}, significant: unknown, notified: unknown, article: '12' }\n`;
  expect(shipped).toContain(last);
  const added = revisions.map((revision) => `  - { ${revision}, article: '12' }\n`).join('');
  const { promise, resolve } = Promise.withResolvers<void>();
  reloaded = resolve;
  await writeFile(join(folder, 'policy.yaml'), shipped.replace(last, last + added));
  await promise;
};

const at = (time: string): void => void vi.setSystemTime(Date.parse(time));

const use = async (person: string): Promise<void> => {
  const { errors } = await company.send(
    { client: 'my-page', purpose: 'service.provision', endUser: person },
    `mutation { recordServiceUse(subject: "${subjectOf(person)}") { recordId } }`,
  );
  expect(errors).toEqual([]);
};

const privacySchema = z.object({ policyRevision: z.string() });

/** The revision in force, and who is shown to support. */
const shown = async (...people: readonly string[]): Promise<readonly string[]> => {
  const { extensions } = await company.send(SUPPORT, `{ people(ids: ["${people.join('", "')}"]) { id } }`);
  const outcomes = await company.outcomes(SUPPORT, people, ['contact.email']);
  const told = Object.entries(outcomes).map(
    ([person, outcome]) => `${person} ${outcome['contact.email'] ?? ''}`,
  );
  return [privacySchema.parse(extensions['privacy']).policyRevision, ...told];
};

const NOT_ACCEPTED = 'denied REVISION_NOT_ACCEPTED';

// One story: each part goes on where the one before ended.
describe('a new revision, while the gateway runs', () => {
  it('of the text: use of the services after it is consent to it', async () => {
    expect(await shown('aki', 'umi')).toEqual([BEFORE, `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
    await use('aki');
    await use('umi');
    expect(await shown('aki', 'umi')).toEqual([BEFORE, 'aki full', 'umi full']);
  });

  it('announced ahead: changes nothing until its day, and is in force from its first moment', async () => {
    await revise('effective: 2030-03-05, significant: false, notified: null');
    expect(await shown('aki', 'umi')).toEqual([BEFORE, 'aki full', 'umi full']);
    at('2030-03-04T23:59:59.999Z');
    expect(await shown('aki', 'umi')).toEqual([BEFORE, 'aki full', 'umi full']);
    at('2030-03-05T00:00:00.000Z');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-05', `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
  });

  it('not significant: is accepted by use after it, of each person for themselves', async () => {
    at('2030-03-05T09:00:00Z');
    await use('aki');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-05', 'aki full', `umi ${NOT_ACCEPTED}`]);
  });

  it('puts use of the services on record under the revision in force', async () => {
    const { data } = await company.send(
      { client: 'my-page', purpose: 'rights.access', endUser: 'aki' },
      `{ dataSubject(id: "${subjectOf('aki')}") { consentRecords { event policyRevision } } }`,
    );
    expect(data).toEqual({
      dataSubject: {
        consentRecords: [BEFORE, '2030-03-05'].map((policyRevision) => ({
          event: 'SERVICE_USED',
          policyRevision,
        })),
      },
    });
  });

  it('leaves consent that was given as it is', async () => {
    const { errors } = await company.send(
      { client: 'consent-desk', purpose: 'rights.handling' },
      `mutation { grantConsent(subject: "${subjectOf('umi')}", purpose: "marketing.recommendation") { recordId } }`,
    );
    expect(errors).toEqual([]);
    const outcomes = await company.outcomes(CAMPAIGN, ['aki', 'umi'], ['contact.email']);
    expect(outcomes).toEqual({
      aki: { 'contact.email': 'denied CONSENT_NOT_GIVEN' },
      umi: { 'contact.email': 'full' },
    });
  });

  const OLD = 'effective: 2030-03-05, significant: false, notified: null';

  it('significant and not notified: is accepted by no use', async () => {
    at('2030-03-10T12:00:00Z');
    await revise(OLD, 'effective: 2030-03-10, significant: true, notified: null');
    await use('aki');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-10', `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
  });

  it('significant, and nobody knows whether it was notified: no more than if it was not', async () => {
    await revise(OLD, 'effective: 2030-03-10, significant: true, notified: unknown');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-10', `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
  });

  it('significant, to be notified: is accepted by use from that day on', async () => {
    await revise(OLD, 'effective: 2030-03-10, significant: true, notified: 2030-03-12');
    at('2030-03-11T23:59:59.999Z');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-10', `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
    at('2030-03-12T00:00:00.000Z');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-10', `aki ${NOT_ACCEPTED}`, `umi ${NOT_ACCEPTED}`]);
    // Aki's use of the day before is on record under this revision, and counted for nothing.
    await use('aki');
    expect(await shown('aki', 'umi')).toEqual(['2030-03-10', 'aki full', `umi ${NOT_ACCEPTED}`]);
  });

  it('taken back: the one before is in force again', async () => {
    await revise(OLD);
    expect(await shown('aki', 'umi')).toEqual(['2030-03-05', 'aki full', `umi ${NOT_ACCEPTED}`]);
  });
});
