import type { Category, Policy } from '../policy.ts';

/** The shape of a field's constant: that of its categories where they agree, else plain text. */
export function formatOf(policy: Policy, categories: readonly string[]): Category['format'] {
  const formats = new Set(categories.map((key) => policy.categories.get(key)?.format));
  const [format] = formats;
  return formats.size === 1 && format !== undefined ? format : 'text';
}
