import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LEAST_NODE, nodeTooOld } from '../../gateway/nodeTooOld.ts';
import { startCommand } from '../demo/startCommand.ts';

describe('nodeTooOld', () => {
  it.each([
    { version: 'v18.0.0', expected: 'sudare needs Node.js 24 or newer; this is v18.0.0.' },
    { version: 'v20.20.2', expected: 'sudare needs Node.js 24 or newer; this is v20.20.2.' },
    { version: 'v24.0.0', expected: null },
    { version: 'v100.1.0', expected: null },
    { version: process.version, expected: null },
  ])('$version: $expected', ({ version, expected }) => {
    expect(nodeTooOld(version)).toBe(expected);
  });

  it('is what the package says of itself', async () => {
    const { engines } = z
      .object({ engines: z.object({ node: z.string() }) })
      .parse(JSON.parse(await readFile('package.json', 'utf8')));
    expect(engines.node).toBe(`>=${LEAST_NODE}.0.0`);
  });
});

/** Makes a process believe that it is an older Node, on which no package can be loaded. */
const OLDER = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  Object.defineProperty(process, 'version', { value: 'v20.20.2' });
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^(node:|file:|data:|[./])/.test(specifier)) throw new TypeError(specifier + ' was loaded');
      return next(specifier, context);
    },
  });
`)}`;

describe('sudare on a Node that is too old', { timeout: 60_000 }, () => {
  it.each(['--help', 'start', 'nonsense'])('says so before any package is loaded: %s', async (arg) => {
    const command = startCommand(process.execPath, ['--import', OLDER, 'gateway/cli.ts', arg]);
    expect(await command.ended).toBe(1);
    expect(command.standardError()).toBe('sudare needs Node.js 24 or newer; this is v20.20.2.\n');
    expect(command.standardOutput()).toBe('');
  });
});
