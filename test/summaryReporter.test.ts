import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

// A run of vitest over these files is the only honest input: the reporter's whole task is to count as it does.
const cases = [
  {
    name: 'counts what passed and what failed',
    given: `it('a', () => {}); it('b', () => {}); it('c', () => { throw new Error('c'); });`,
    expected: { line: '2 passed, 1 failed', code: 1 },
  },
  {
    name: 'says so when all passed',
    given: `it('a', () => {});`,
    expected: { line: '1 passed, 0 failed', code: 0 },
  },
  {
    name: 'counts a file that does not load',
    given: `throw new Error('broken');`,
    expected: { line: '0 passed, 1 failed', code: 1 },
  },
  {
    name: 'counts a hook that throws',
    given: `beforeAll(() => { throw new Error('hook'); }); it('a', () => {});`,
    expected: { line: '0 passed, 1 failed', code: 1 },
  },
];

describe('summaryReporter', () => {
  let directory = '';
  beforeAll(async () => {
    // Inside the repository, so that the files find vitest.
    directory = await mkdtemp(join(root, 'node_modules', '.summary-'));
    await writeFile(
      join(directory, 'vitest.config.ts'),
      `import { summaryReporter } from ${JSON.stringify(join(root, 'test/summaryReporter.ts'))};
       export default { test: { include: ['*.case.ts'], reporters: ['default', summaryReporter((line) => process.stdout.write(line))] } };`,
    );
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it.each(cases)('$name', async ({ given, expected }) => {
    await writeFile(join(directory, 'one.case.ts'), `import { beforeAll, it } from 'vitest';\n${given}\n`);
    expect(await runVitest(directory)).toEqual(expected);
  });
});

async function runVitest(directory: string): Promise<{ line: string | undefined; code: number | null }> {
  return await new Promise((resolve) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const child = execFile(
      process.execPath,
      [vitest, 'run', '--root', directory],
      { env: { ...process.env, NO_COLOR: '1' } },
      (_error, stdout) => {
        resolve({ line: stdout.trimEnd().split('\n').at(-1), code: child.exitCode });
      },
    );
  });
}
