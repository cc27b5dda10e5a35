import type { Policy } from '../../../policies/policy.ts';
import type { PersonalKind } from './personalWords.ts';

/**
 * The policy's category that fits a kind best: one that it is commonly called by, else one beside it
 * (`identity.name` for `identity.gender`), or `null`.
 */
export function suggestCategory({ categories: keys }: PersonalKind, { categories }: Policy): string | null {
  const known = [...categories.keys()];
  const exact = keys.find((key) => categories.has(key));
  if (exact !== undefined) return exact;
  const last = keys.map((key) => key.slice(key.lastIndexOf('.') + 1).toLowerCase());
  const alike = known.find((key) => last.includes(key.slice(key.lastIndexOf('.') + 1).toLowerCase()));
  if (alike !== undefined) return alike;
  const groups = keys.map((key) => `${key.split('.', 1).join('')}.`);
  return known.find((key) => groups.some((group) => key.startsWith(group))) ?? null;
}
