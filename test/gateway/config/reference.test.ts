import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { configDocs, configJsonSchema } from '../../../gateway/config/configDocs.ts';
import { SECTIONS } from '../../../gateway/config/sections.ts';
import type { Section } from '../../../gateway/config/setting.ts';
import { SETTING_FLAGS, SETTINGS } from '../../../gateway/config/settingFlags.ts';
import { USAGE } from '../../../gateway/config/startConfig.ts';

const doubles = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

describe('the settings', () => {
  it('have flags and variables of their own', () => {
    const variables = SETTINGS.flatMap(({ environment, setting: { secret } }) => {
      if (environment === null) return [];
      return secret === undefined ? [environment] : [environment, `${environment}_FILE`];
    });
    expect(variables.length).toBeGreaterThan(20);
    expect(doubles([...variables, 'SUDARE_CONFIG'])).toEqual([]);
    expect(doubles([...SETTING_FLAGS.map(({ flag }) => flag), 'config', 'dev', 'format'])).toEqual([]);
  });

  it('may all be left out', () => {
    for (const { section, key, setting } of SETTINGS) {
      expect(setting.schema.safeParse(undefined).success, `${section}.${key}`).toBe(true);
    }
  });

  // A secret among flags would stand in the list of processes.
  it('have no flag where they are secrets', () => {
    const secrets = SETTINGS.filter(({ setting }) => setting.secret === 'whole');
    expect(secrets.length).toBeGreaterThan(3);
    expect(secrets.filter(({ setting }) => setting.flag !== undefined)).toEqual([]);
  });

  it('are told of in the help text: flags and secrets', () => {
    for (const { flag } of SETTING_FLAGS) expect(USAGE).toContain(`  --${flag}`);
    for (const { setting, environment } of SETTINGS) {
      if (setting.secret === 'whole') expect(USAGE).toContain(`  ${String(environment)}`);
    }
  });

  it('all stand in the reference page, with what may stand beneath them', () => {
    const page = configDocs();
    for (const { section, key } of SETTINGS) expect(page).toContain(`\n- \`${section}.${key}\``);
    for (const { flags } of Object.values<Section>(SECTIONS)) {
      for (const { name } of flags) expect(page).toContain(`\`--${name} `);
    }
    expect(page).toContain('`subgraphs.byName.NAME.maxAnswerBytes`');
  });
});

describe('the JSON Schema', () => {
  const accepts = (() => {
    const schema: unknown = JSON.parse(configJsonSchema());
    return new Ajv2020({ strict: false }).compile(z.looseObject({}).parse(schema));
  })();

  it('is the one that is shipped (write it with: node gateway/config/writeReference.ts)', async () => {
    const shipped = new URL('../../../gateway/config/sudare.schema.json', import.meta.url);
    expect(await readFile(shipped, 'utf8')).toBe(configJsonSchema());
  });

  it('takes the example of the reference page', () => {
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(configDocs()) ?? [];
    const data: unknown = parse(example);
    expect(accepts(data), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each<{ name: string; given: unknown; expected: boolean }>([
    { name: 'nothing', given: {}, expected: true },
    { name: 'a section that is none', given: { servr: {} }, expected: false },
    { name: 'a setting that is none', given: { server: { prot: 1 } }, expected: false },
    { name: 'a port that is too high', given: { server: { port: 65_536 } }, expected: false },
    {
      name: 'a setting of a subgraph',
      given: { subgraphs: { byName: { a: { timeoutMs: 5 } } } },
      expected: true,
    },
    {
      name: 'a setting of a subgraph that is none',
      given: { subgraphs: { byName: { a: { timeout: 5 } } } },
      expected: false,
    },
    { name: 'a secret in its file', given: { keys: { cache: { file: 'f' } } }, expected: true },
    { name: 'a secret in this file', given: { keys: { cache: 'c2VjcmV0' } }, expected: false },
    { name: 'a URL', given: { redis: { url: 'redis://r' } }, expected: true },
    { name: 'a URL in a file', given: { redis: { url: { file: 'f' } } }, expected: true },
  ])('$name: $expected', ({ given, expected }) => {
    expect(accepts(given)).toBe(expected);
  });
});
