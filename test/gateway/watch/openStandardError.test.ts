import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MODULE = new URL('../../../gateway/watch/openStandardError.ts', import.meta.url).href;

/** The command line of a process that opens standard error as `lines` and runs `script`. */
const running = (together: number, script: string): readonly string[] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--input-type=module',
  '--eval',
  `
    import { openStandardError } from ${JSON.stringify(MODULE)};
    const lines = openStandardError(${together});
    const again = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${script}
  `,
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sudare-stderr-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How it ended whose standard error is `file`: an exit code, or the signal by which it was ended after ten seconds. */
function ended([command = '', ...args]: readonly string[], file: string): number | string | null {
  const stderr = openSync(file, 'a');
  try {
    const { status, signal } = spawnSync(command, args, {
      stdio: ['ignore', 'ignore', stderr],
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    return signal ?? status;
  } finally {
    closeSync(stderr);
  }
}

describe.runIf(process.platform === 'linux')('standard error on a disk that is full', () => {
  const rows: readonly { name: string; script: string; expected: number }[] = [
    { name: 'while it serves', script: `lines.write('a\\n'); await again(300);`, expected: 0 },
    { name: 'when it is closed', script: `lines.write('a\\n'); await lines.close();`, expected: 0 },
    { name: 'at its end', script: `lines.write('a\\n'); process.exit(3);`, expected: 3 },
    {
      name: 'at its end, after it failed before',
      script: `lines.write('a\\n'); await again(300); lines.write('b\\n'); process.exit(3);`,
      expected: 3,
    },
    { name: 'when it falls over', script: `lines.write('a\\n'); throw 'over';`, expected: 1 },
  ];
  it.each(rows.flatMap((row) => [0, 2_048].map((together) => ({ ...row, together }))))(
    'keeps no process from going on, $name ($together together)',
    ({ script, expected, together }) => {
      expect(ended(running(together, script), '/dev/full')).toBe(expected);
    },
  );

  it('holds no more than a megabyte of lines', () => {
    const script = `
      const line = 'x'.repeat(999) + '\\n';
      for (let i = 0; i < 100_000; i++) lines.write(line);
      await again(100);
      process.exit(process.memoryUsage().rss < 250_000_000 ? 0 : 4);
    `;
    expect(ended(running(0, script), '/dev/full')).toBe(0);
  });

  it('takes lines again, those that waited first, once there is room', async () => {
    const file = join(folder, 'log');
    // A file that may grow to 4 KB is as full as a disk is.
    const [command = '', ...args] = running(
      0,
      `
        lines.write('x'.repeat(4_200) + '\\n');
        await again(100);
        lines.write('b\\n');
        process.stdout.write('full');
        process.stdin.once('end', () => lines.close().then(() => lines.write('c\\n'))).resume();
      `,
    );
    const stderr = openSync(file, 'a');
    const child = spawn('sh', ['-c', `ulimit -f 8; exec "$0" "$@"`, command, ...args], {
      stdio: ['pipe', 'pipe', stderr],
    });
    closeSync(stderr);
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('Expected pipes.');
    await once(stdout, 'data');
    const held = readFileSync(file, 'utf8').length;
    truncateSync(file);
    stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(held).toBe(4_096);
    expect(readFileSync(file, 'utf8')).toBe(`${'x'.repeat(4_200 - held)}\nb\nc\n`);
  });
});

describe('standard error', () => {
  it.each([
    { name: 'each by itself', together: 0 },
    { name: 'together', together: 2_048 },
  ])('has all lines in their order, $name', ({ together }) => {
    const file = join(folder, 'log');
    const script = `for (let i = 0; i < 5_000; i++) { lines.write(i + '\\n'); if (i % 50 === 0) await again(1); }`;
    expect(ended(running(together, script), file)).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(Array.from({ length: 5_000 }, (_, i) => `${i}\n`).join(''));
  });
});
