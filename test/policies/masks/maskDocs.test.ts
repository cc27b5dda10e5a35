import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { maskDocs } from '../../../policies/masks/maskDocs.ts';
import { MASKS } from '../../../policies/masks/registry.ts';

describe('docs/masks.md', () => {
  it('is what the masks say (write it with: node policies/masks/maskDocs.ts > docs/masks.md)', async () => {
    const written = await readFile(new URL('../../../docs/masks.md', import.meta.url), 'utf8');
    expect(written).toBe(maskDocs());
  });

  it('has a section, the examples and the described parameters of every mask', () => {
    const docs = maskDocs();
    for (const { kind, examples } of MASKS) {
      expect(docs).toContain(`\n## \`${kind}\`\n`);
      for (const { name } of examples) expect(docs).toContain(`\n- ${name}`);
    }
    for (const parameter of [
      'start',
      'providers',
      'country',
      'regions',
      'notBefore',
      'atMost',
      'hosts',
      'value',
    ]) {
      expect(docs).toMatch(new RegExp(`\n- \`${parameter}\`: [A-Z]`, 'u'));
    }
  });
});
