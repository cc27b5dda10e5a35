import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const lineSchema = z.object({ i: z.int().default(0) });

/** What a process writes to standard error that opens the log and does something with it. */
function written(level: string, script: string): { lines: readonly string[]; status: number | null } {
  const module = new URL('../../../gateway/watch/openRequestLog.ts', import.meta.url).href;
  const text = `
    import { openRequestLog } from ${JSON.stringify(module)};
    const { logger, close } = openRequestLog(${JSON.stringify(level)});
    ${script}
  `;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', text];
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { lines: stderr.split('\n').filter((line) => line !== ''), status };
}

describe('the log of requests', () => {
  it.each([
    { name: 'when it is closed', script: `logger.info('a'); await close();`, expected: 1 },
    {
      name: 'within a second',
      script: `logger.info('a'); setTimeout(() => process.kill(process.pid, 9), 1_500);`,
      expected: 1,
    },
    { name: 'when the process ends', script: `logger.info('a'); process.exit(0);`, expected: 1 },
    { name: 'when it falls over', script: `logger.info('a'); throw 'over';`, expected: 1 },
    {
      name: 'many, in their order',
      script: `for (let i = 0; i < 500; i++) logger.info({ i }, 'a'); await close();`,
      expected: 500,
    },
  ])('is written $name', ({ script, expected }) => {
    const lines = written('info', script).lines.filter((line) => line.startsWith('{'));
    expect(lines).toHaveLength(expected);
    const numbers = lines.map((line) => lineSchema.parse(JSON.parse(line)).i);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  });

  it('holds nothing below its level', () => {
    expect(written('warn', `logger.info('a'); await close();`)).toEqual({ lines: [], status: 0 });
  });
});
