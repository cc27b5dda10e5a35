import { describe, expect, it } from 'vitest';
import { createSubjectKeys, type SubjectKeys } from '../../../../policies/consent/redis/subjectKeys.ts';

const secret = (byte: number): Uint8Array => Buffer.alloc(32, byte);

/** Everything that is named for one subject on one run. */
const namesOf = (keys: SubjectKeys, runId: string, subject: string): readonly string[] => [
  keys.entry(runId, subject),
  keys.marker(runId, subject),
];

describe('names of cache keys', () => {
  it('are the same each time, whatever was asked between, and for everybody with the secret', () => {
    const keys = createSubjectKeys(secret(1));
    const first = namesOf(keys, 'run-1', 'user:1');
    namesOf(keys, 'run-2', 'user:1');
    namesOf(keys, 'run-1', 'user:2');
    expect(namesOf(keys, 'run-1', 'user:1')).toEqual(first);
    expect(namesOf(createSubjectKeys(secret(1)), 'run-1', 'user:1')).toEqual(first);
  });

  it('are others for each subject, each run and each secret, asked in any order', () => {
    const keys = createSubjectKeys(secret(1));
    const all = [
      ...namesOf(keys, 'run-1', 'user:1'),
      ...namesOf(keys, 'run-2', 'user:1'),
      ...namesOf(keys, 'run-1', 'user:2'),
      ...namesOf(createSubjectKeys(secret(2)), 'run-1', 'user:1'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('are named as the fingerprint says: who names subjects in another way has another one', () => {
    // Where names change, so must the fingerprint, or an older writer would delete keys that nobody reads.
    const { entry, fingerprint } = createSubjectKeys(secret(1));
    expect([entry('run', 'user:1'), fingerprint]).toEqual([
      'sudare:consent:2:run:{HJB-n5uoZwMiPmTXYvLfHL}',
      'PfA0ahzPhSlrbZgtJB0kR2VGzYArQv99BWfgUKYVcfU',
    ]);
  });

  it('are of the run asked about, and tell no ids', () => {
    const keys = createSubjectKeys(secret(1));
    for (const runId of ['run-1', 'run-2']) {
      for (const name of namesOf(keys, runId, 'user:canary')) {
        expect(name).toContain(runId);
        expect(name).not.toContain('canary');
      }
    }
  });
});
