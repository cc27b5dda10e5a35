import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { linksTo, missingTests, namedTests } from './namedTests.ts';

/** Every way in and out of a gateway: each has threats. */
const DOORS = [
  'HTTP: who is calling',
  'HTTP: what is asked',
  'HTTP: the answer',
  'Deciding',
  'Files of the operator: settings, policy, keys',
  'The supergraph',
  'Subgraphs',
  'The consent system',
  'Redis',
  'Logs, metrics, traces, health',
  'The access record',
  'Several gateways, and stopping',
  'Supply',
];

/** Who sees to what no test can hold; what is accepted says why. */
const OTHERWISE = /^_(operators|schema authors|callers|accepted)_$/;

let page = '';
let sections: ReadonlyMap<string, readonly (readonly string[])[]> = new Map();
beforeAll(async () => {
  page = await readFile('docs/threat-model.md', 'utf8');
  const [, ...parts] = page.split(/^### /m);
  sections = new Map(parts.map((part) => [part.split('\n', 1).join(''), rowsOf(part)]));
});

/** The cells of each row of a section's table, without its head. */
function rowsOf(section: string): readonly (readonly string[])[] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
    .slice(1)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

describe('docs/threat-model.md', () => {
  it('has threats for every door', () => {
    expect([...sections.keys()]).toEqual(DOORS);
    for (const [door, rows] of sections) expect(rows.length, door).toBeGreaterThan(3);
  });

  it('says for each threat which test holds it, or who sees to it', () => {
    for (const [door, rows] of sections) {
      for (const cells of rows) {
        const held = cells.at(-1) ?? '';
        const named = namedTests(`${held}\n`);
        expect(named.length === 1 || OTHERWISE.test(held), `${door}: ${cells.join(' | ')}`).toBe(true);
        if (OTHERWISE.test(held)) expect(cells.every((cell) => cell !== '')).toBe(true);
      }
      expect(rows[0]?.[0], door).not.toBe('');
    }
  });

  it('names tests that there are, by the names that they have', async () => {
    const named = namedTests(page);
    expect(named.length).toBeGreaterThan(100);
    expect(await missingTests(named)).toEqual([]);
    expect(new Set(named.map(({ link }) => link))).toEqual(new Set(linksTo(page).keys()));
  });

  it('would find a test that is not there', async () => {
    const given = 'a [one] “name that no test has”, a [two] “x”\n\n[one]: ../test/threatModel.test.ts\n';
    expect(await missingTests(namedTests(given))).toHaveLength(2);
  });

  it('has a row for each way by which a value could leave', async () => {
    const files = (await readdir('test/leaks')).filter((name) => name.endsWith('.test.ts'));
    const linked = new Set(
      (sections.get('HTTP: the answer') ?? []).flatMap((cells) =>
        namedTests(`${cells.join(' ')}\n`).map(({ link }) => linksTo(page).get(link)),
      ),
    );
    expect(files.length).toBeGreaterThan(40);
    for (const name of files.filter((each) => each !== 'rowList.test.ts')) {
      expect([...linked], name).toContain(`test/leaks/${name}`);
    }
  });

  it('has the assumptions of docs/consent.md, each with who sees to it', () => {
    const [, assumed = ''] = /## What is assumed\n([^]*?)\n## /.exec(page) ?? [];
    const rows = rowsOf(assumed);
    expect(rows.length).toBeGreaterThan(5);
    for (const [assumption = '', rests = '', seenTo = ''] of rows) {
      expect([assumption, rests]).not.toContain('');
      expect(seenTo).toMatch(/_(operators|schema authors|callers)_/);
    }
    for (const word of ['fail-over', 'clock of Redis', 'one Redis']) expect(assumed).toContain(word);
  });
});
