import { parsePolicy, readPolicyText } from './loadPolicy.ts';
import type { Policy } from './policy.ts';
import type { PolicyError } from './policyError.ts';
import { watchFile, type FileWatch } from './watchFile.ts';

/**
 * Reads the policy anew whenever its file's text changes. `onChange` gets each good policy; `onError` gets what
 * is wrong with a bad one, and the old one should then stay. A file that goes away and comes back is noticed too.
 *
 * The text found first counts as known. So that no change is missed between loading and watching, wait for `ready`
 * and load the policy then: what changes later is told, at worst twice.
 */
export function watchPolicy(
  file: string,
  onChange: (policy: Policy) => void,
  onError: (error: PolicyError | Error) => void,
): FileWatch {
  return watchFile({
    file,
    read: async () => await readPolicyText(file),
    known: null,
    onText: (text) => onChange(parsePolicy(text, file)),
    onError,
  });
}
