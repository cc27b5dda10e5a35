import { readFile } from 'node:fs/promises';
import { crossReferences } from './crossReferences.ts';
import type { Policy, Revision } from './policy.ts';
import { policyBounds } from './policyBounds.ts';
import { PolicyError } from './policyError.ts';
import { policySchema, type PolicyDocument } from './policySchema.ts';
import { readYaml } from './readYaml.ts';

export { PolicyError } from './policyError.ts';

/** Reads and checks a policy file. Throws `PolicyError`, also where the file cannot be read. */
export async function loadPolicy(file: string): Promise<Policy> {
  return parsePolicy(await readPolicyText(file), file);
}

/** Reads a policy file's text as UTF-8, or that of another file. Throws `PolicyError` where it cannot be read. */
export async function readPolicyText(file: string, kind = 'policy'): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const message = `the file cannot be read${code}; expected a ${kind} as YAML in UTF-8`;
    throw new PolicyError([{ file, line: 1, column: 1, message }]);
  }
}

/**
 * Reads and checks a policy's text; `file` is its name in messages. Throws `PolicyError`: first for what is not
 * YAML, then for what has not the shape of a policy, then for names that lead nowhere, last for what no policy
 * may say.
 */
export function parsePolicy(text: string, file: string): Policy {
  const { data, problemAt } = readYaml(text, file, policySchema);
  for (const check of [crossReferences, policyBounds]) {
    const findings = check(data);
    if (findings.length > 0) {
      throw new PolicyError(findings.map(({ path, message, part }) => problemAt(path, message, part)));
    }
  }
  return build(data, file);
}

function build(document: PolicyDocument, file: string): Policy {
  return Object.freeze<Policy>({
    file,
    name: document.name,
    namespace: document.namespace,
    revisions: document.revisions
      .map(({ effective, significant, notified }) => ({
        id: effective,
        effective: Date.parse(effective),
        significant,
        notified: notifiedAt(notified),
      }))
      .toSorted((a, b) => a.effective - b.effective),
    controllers: document.controllers,
    officer: document.officer,
    contact: document.contact,
    collection: new Map(Object.entries(document.collection)),
    channels: new Map(Object.entries(document.channels)),
    categories: keyed(document.categories, (key, category) => ({ key, ...category })),
    purposes: keyed(document.purposes, (key, purpose) => ({
      ...purpose,
      key,
      declarable: Object.keys(purpose.basis).length > 0,
      basis: new Map(Object.entries(purpose.basis)),
      levels: new Map(Object.entries(purpose.levels)),
    })),
    recipients: keyed(document.recipients, (key, recipient) => ({ key, ...recipient })),
    grounds: keyed(document.grounds, (key, ground) => ({ key, ...ground })),
    masks: keyed(document.masks, (name, mask) => ({ name, ...mask })),
    scalars: new Map(Object.entries(document.scalars)),
    clients: keyed(document.clients, (id, client) => ({ id, ...client })),
  });
}

function notifiedAt(written: string | null): Revision['notified'] {
  if (written === null || written === 'unknown') return written;
  return Date.parse(written);
}

function keyed<Entry, Built>(
  entries: Readonly<Record<string, Entry>>,
  make: (key: string, entry: Entry) => Built,
): ReadonlyMap<string, Built> {
  return new Map(Object.entries(entries).map(([key, entry]) => [key, make(key, entry)]));
}
