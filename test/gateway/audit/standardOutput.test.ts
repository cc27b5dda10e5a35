import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

it('a reader that goes away is a failure to keep lines, not the end of the process', async () => {
  const script = `
    import { standardOutput } from ${JSON.stringify(new URL('../../../gateway/audit/standardOutput.ts', import.meta.url))};
    const sink = standardOutput();
    await sink.append(['first']);
    process.stdin.once('data', async () => {
      const outcomes = [];
      for (let turn = 0; turn < 3; turn += 1) {
        outcomes.push(await sink.append(['more']).then(() => 'kept', (error) => error.code));
      }
      process.stderr.write(outcomes.join());
      process.exit(7);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (text: Buffer) => (told += text.toString()));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.write('go\n');
  expect(await once(child, 'exit')).toEqual([7, null]);
  expect(told).toContain('EPIPE,EPIPE,EPIPE');
});
