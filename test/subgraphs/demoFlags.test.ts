import { describe, expect, it } from 'vitest';
import { readDemoFlags } from '../../subgraphs/demoFlags.ts';

const run = { kind: 'run', port: 4000, reset: 'keep', data: null };

const understood = [
  { name: 'nothing: port 4000, consents kept', given: [], expected: run },
  { name: 'another port', given: ['--port', '4100'], expected: { ...run, port: 4100 } },
  { name: 'another port with an equals sign', given: ['--port=65535'], expected: { ...run, port: 65_535 } },
  { name: 'a fresh start', given: ['--reset'], expected: { ...run, reset: 'reset' } },
  { name: 'another folder', given: ['--data', 'x/y'], expected: { ...run, data: 'x/y' } },
  { name: 'help, whatever else', given: ['--port', 'x', '--help'], expected: { kind: 'help' } },
];

const refused = [
  {
    name: 'an unknown flag',
    given: ['--prot', '4100'],
    expected: /Unknown flag --prot\. Known: --port 4000/,
  },
  { name: 'an unknown short flag', given: ['-p', '4100'], expected: /Unknown flag -p\./ },
  { name: 'a negated flag', given: ['--no-reset'], expected: /Unknown flag --no-reset/ },
  { name: 'a prototype key', given: ['--__proto__', '1'], expected: /Unknown flag --__proto__/ },
  { name: 'a word', given: ['4100'], expected: /Unexpected "4100"/ },
  {
    name: 'a port that is no number',
    given: ['--port', 'http'],
    expected: /--port to be a number from 1 to 65535/,
  },
  { name: 'port 0', given: ['--port', '0'], expected: /from 1 to 65535/ },
  { name: 'a port too high', given: ['--port', '65536'], expected: /from 1 to 65535/ },
  { name: 'a negative port', given: ['--port', '-1'], expected: /--port/ },
  { name: 'a fraction of a port', given: ['--port', '40.5'], expected: /from 1 to 65535/ },
  { name: 'a port left out', given: ['--port'], expected: /--port needs a value, for example --port 4000/ },
  { name: 'an empty port', given: ['--port='], expected: /--port needs a value/ },
  { name: 'the port twice', given: ['--port', '1', '--port', '2'], expected: /--port is given twice/ },
  { name: 'a value for a switch', given: ['--reset=yes'], expected: /--reset takes no value/ },
];

describe('the flags of npm start', () => {
  it.each(understood)('understands $name', ({ given, expected }) => {
    expect(readDemoFlags(given)).toEqual(expected);
  });

  it.each(refused)('refuses $name and says what it expected', ({ given, expected }) => {
    expect(readDemoFlags(given)).toEqual({ kind: 'wrong', message: expect.stringMatching(expected) });
  });
});
