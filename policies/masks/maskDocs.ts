import { createSecretKey } from 'node:crypto';
import { z } from 'zod';
import { constantFor } from './constantFor.ts';
import { MARKER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask, MaskContext, MaskExample } from './mask.ts';
import { MASKS } from './registry.ts';

/**
 * `docs/masks.md`, generated from the masks themselves so that it cannot be wrong: their examples are run by tests.
 * Write it with `node policies/masks/maskDocs.ts > docs/masks.md`; a test compares.
 */
export function maskDocs(): string {
  return [INTRODUCTION, constants(), ...MASKS.map(section)].join('\n\n') + '\n';
}

/** What the masks' examples are run with. The key is for examples only: it is all zeroes. */
export const EXAMPLE_CONTEXT: MaskContext = Object.freeze({
  purpose: 'service.improvement',
  recipient: 'internal',
  category: 'account.login',
  subject: 'user:u_1',
  pseudonymKey: Object.freeze({ id: 'k1', secret: createSecretKey(new Uint8Array(32)) }),
});

const INTRODUCTION = `# Masks

<!-- Generated: node policies/masks/maskDocs.ts > docs/masks.md -->

A field at level \`masked\` shows what its mask leaves of the value; a denied field shows its type's constant. The policy gives masks their names and parameters, each category names its default, and \`@personal(mask:)\` may name another.

- Masks that disagree, are unknown, do not suit the field's type or have wrong parameters give the constant.
- Third parties and advertisers get the constant from every mask that reveals a part of the value or a token of it.
- A value that a mask cannot read gives the constant, never the value.
- Masked text carries the marker \`${MARKER}\` (U+2588), and a mutation whose input contains it is refused with \`MASKED_VALUE_WRITTEN\`, since apps save back what they read.
- Dates, numbers, masked IP addresses and a policy's own constants cannot carry it. A personal input of a mutation is refused with the same code where its value is the type's constant or what the category's own mask leaves as it is, unless the policy shows the caller such values in full: who sees \`1990-01-01\` in place of a birth date cannot write it. Choose constants in \`scalars\` that nobody's true value is. An empty list and \`null\` cannot be told from real ones; nor can what a mask that \`@personal(mask:)\` names leaves, nor, where the purpose shows such values in full, the constant of somebody who does not permit it. Apps should send only what changed.`;

const FORMATS = ['text', 'email', 'url', 'ip', 'phone'] as const;
const NO_SCALARS: ReadonlyMap<string, string> = new Map();

function constants(): string {
  const lines = FORMATS.map((format) => {
    const constant = constantFor({ kind: 'String', name: 'String', values: [] }, format, NO_SCALARS);
    return `- \`String\` of the format \`${format}\`: ${constant.holds ? code(constant.value) : 'none'}`;
  });
  const id = constantFor({ kind: 'ID', name: 'ID', values: [] }, 'text', NO_SCALARS);
  return [
    '## Constants',
    '',
    ...lines,
    `- \`ID\`: ${id.holds ? code(id.value) : 'none'}`,
    "- `Int`, `Float`, `Boolean` and custom scalars: what the policy's `scalars` gives; without it `null`, and a non-null field is rejected",
    '- enums: what a `value` mask gives; without it `null`, and a non-null field is rejected',
  ].join('\n');
}

function section(mask: Mask<unknown>): string {
  const parts = [
    `## \`${mask.kind}\``,
    mask.doc,
    `Reveals: ${mask.reveals}. Gives: ${mask.leaves.map((leaf) => `\`${leaf}\``).join(', ')}.`,
  ];
  const parameters = parameterLines(mask);
  if (parameters.length > 0) parts.push('Parameters:', parameters.join('\n'));
  parts.push('Examples:', mask.examples.map(exampleLine).join('\n'));
  return parts.join('\n\n');
}

const PARAMETERS = z.object({
  properties: z
    .record(z.string(), z.object({ description: z.string(), default: z.unknown().optional() }))
    .default({}),
});

function parameterLines(mask: Mask<unknown>): readonly string[] {
  const { properties } = PARAMETERS.parse(z.toJSONSchema(mask.parameters, { io: 'input' }));
  return Object.entries(properties).map(([name, { description, default: fallback }]) => {
    // What is not simple is described, not repeated.
    const suffix =
      fallback == null || typeof fallback === 'object' ? '' : ` (${code(fallback)} if not given)`;
    return `- \`${name}\`: ${description}${suffix}`;
  });
}

function exampleLine({ name, parameters, given, expected }: MaskExample): string {
  const where = parameters === undefined ? '' : ` (${code(parameters)})`;
  return `- ${name}${where}: ${code(given)} → ${expected === CONSTANT ? 'the constant' : code(expected)}`;
}

/** Strings in quotes, to tell `"37"` from `37`. */
function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

if (import.meta.main) process.stdout.write(maskDocs());
