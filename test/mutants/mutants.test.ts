import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutate } from './mutate.ts';
import { MUTANTS, NOT_MUTATED } from './registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const invariants = globSync('{gateway,directives,policies,subgraphs}/**/*.ts', { cwd: root });

/** The words after each `INVARIANT:` of the sources, over the lines of their comment. */
async function statedInvariants(): Promise<string[]> {
  const texts = await Promise.all(invariants.map(async (file) => await readFile(join(root, file), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/INVARIANT: ([^]*?)(?=INVARIANT:|\*\/|\n\s*(?!\s*(?:\/\/|\*)))/g)].map(
      ([, words = '']) =>
        words
          .replaceAll(/\s*\n\s*(?:\/\/|\*)?\s*/g, ' ')
          .replaceAll("'", '’')
          .trim(),
    ),
  );
}

describe('the mutants', () => {
  it('are many, and each has a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS)('$name: changes one place, which stays TypeScript', async (mutant) => {
    const source = await readFile(join(root, mutant.file), 'utf8');
    expect(mutate(mutant, source)).not.toBe(source);
  });

  it('name tests that are there', () => {
    const named = new Set(MUTANTS.flatMap(({ tests }) => tests));
    expect([...named].filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('what is marked INVARIANT', () => {
  const claimed = [...MUTANTS.flatMap(({ invariant }) => invariant ?? []), ...Object.keys(NOT_MUTATED)];

  it('has a mutant that breaks it, or a reason why not', async () => {
    const stated = await statedInvariants();
    expect(stated.length).toBeGreaterThan(40);
    expect(stated.filter((words) => !claimed.some((claim) => words.startsWith(claim)))).toEqual([]);
  });

  it('is claimed in words that stand in the sources, each once', async () => {
    const stated = await statedInvariants();
    expect(claimed.filter((claim) => stated.filter((words) => words.startsWith(claim)).length !== 1)).toEqual(
      [],
    );
    expect(new Set(claimed).size).toBe(claimed.length);
  });
});

describe('a mutant', () => {
  const mutant = { name: 'm', file: 'f.ts', find: 'a > b', replace: 'a < b', tests: [] };

  it('that is found twice, or not at all, is told', () => {
    expect(() => mutate(mutant, 'a > b; a > b;')).toThrow('found it 2 times');
    expect(() => mutate(mutant, 'a >= b;')).toThrow('found it 0 times');
  });

  it('that is no TypeScript is told', () => {
    expect(() => mutate({ ...mutant, replace: 'a < (' }, 'a > b;')).toThrow('no TypeScript');
  });
});
