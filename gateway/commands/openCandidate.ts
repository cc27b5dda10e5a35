import { readPolicyText } from '../../policies/loadPolicy.ts';
import { createCandidate, type Candidate, type CandidateOptions } from '../candidate/candidate.ts';
import type { Reloadable } from '../reload/reloadable.ts';

/** A candidate, and its file to be followed. */
export interface OpenCandidate {
  readonly candidate: Candidate;
  readonly reloadable: Reloadable;
}

/**
 * Opens the policy that is to be tried. One that is bad is told as a bad reload is, and keeps nothing from starting:
 * whether the gateway serves must not depend on it.
 */
export async function openCandidate(options: CandidateOptions): Promise<OpenCandidate> {
  const { file } = options;
  const candidate = createCandidate(options);
  let text: string | null = null;
  try {
    const read = await readPolicyText(file);
    candidate.replace(read);
    text = read;
  } catch {
    // It is looked at again as soon as it is watched, and what is wrong is said then.
  }
  return { candidate, reloadable: { what: 'candidate-policy', file, text, replace: candidate.replace } };
}
