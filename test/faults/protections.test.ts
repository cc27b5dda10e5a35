import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applied } from './copySources.ts';
import { FAULTS } from './nemesis/registry.ts';
import { PROTECTIONS } from './protections.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the protections that can be taken out', () => {
  it.each(PROTECTIONS)('$name: each edit finds its text, and leaves TypeScript', async ({ edits }) => {
    const texts = new Map<string, string>();
    for (const edit of edits) {
      const before = texts.get(edit.file) ?? (await readFile(join(root, edit.file), 'utf8'));
      const after = applied(edit, before);
      expect(after).not.toBe(before);
      texts.set(edit.file, after);
    }
    expect(texts.size).toBeGreaterThan(0);
  });

  it('are those that the guarantee rests on', () => {
    expect(PROTECTIONS.map(({ name }) => name)).toEqual([
      'marker',
      'expiry-from-t',
      'del-on-no-op',
      'outbox',
      'run-id',
      'row-lock',
      'offline-queue-off',
    ]);
  });
});

describe('the faults', () => {
  it('have a name each', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThan(25);
  });
});
