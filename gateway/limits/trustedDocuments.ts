import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { refusal } from '../errors.ts';
import { parseManifest, type Manifest, type TrustedDocument } from './operationsManifest.ts';

/** What a request asks for, as far as documents go. */
export interface AskedDocument {
  readonly query: string | null;
  /** Of `extensions.persistedQuery.sha256Hash`, `documentId` or `doc_id`. */
  readonly id: string | null;
  readonly operationName: string | null;
  /** What the header `x-purpose` says. */
  readonly purpose: string | null;
}

/** Documents that were known before anything was asked. */
export interface TrustedDocuments {
  /**
   * The text to be answered; `null`: what the request itself says.
   *
   * @throws refusals (`OPERATION_NOT_TRUSTED`).
   */
  readonly resolve: (asked: AskedDocument) => string | null;
  /** `enforce`: nothing else is answered. `log`: what else is answered is logged, by its hash alone. */
  readonly mode: TrustedDocumentsMode;
  /** Puts another manifest in force at once. @throws ManifestError; then the old one stays. */
  readonly replace: (json: string) => void;
}

export type TrustedDocumentsMode = 'enforce' | 'log';

/** Options of `createTrustedDocuments`. `json`: what the file holds at first. */
export interface TrustedDocumentsOptions {
  readonly file: string;
  readonly json: string;
  readonly mode: TrustedDocumentsMode;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Hashes that were logged, so that each is once while it is remembered. */
const MAX_LOGGED = 10_000;

/**
 * Creates the check by the documents of a manifest, which is asked before anything is parsed.
 *
 * INVARIANT: in `enforce` no other text is parsed than one of the manifest, for the purposes that it gives
 * (test/gateway/limits/trustedDocuments.test.ts).
 *
 * @throws ManifestError
 */
export function createTrustedDocuments(options: TrustedDocumentsOptions): TrustedDocuments {
  const { file, mode, logger } = options;
  let manifest: Manifest = parseManifest(options.json, file);
  const logged = new LRUCache<string, true>({ max: MAX_LOGGED });

  const log = (query: string | null): void => {
    // An id is whatever a client sends, and is not logged.
    const hash = query === null ? null : createHash('sha256').update(query).digest('hex');
    const key = hash ?? '';
    if (logged.get(key) === true) return;
    logged.set(key, true);
    logger.warn(
      hash === null ? {} : { sha256: hash },
      hash === null ? 'an id of no trusted document' : 'a document that is not trusted',
    );
  };

  return {
    mode,
    resolve(asked) {
      const found = find(manifest, asked);
      if (found !== null && isFor(found, asked)) return found.text;
      if (mode === 'enforce') {
        throw refusal('OPERATION_NOT_TRUSTED', MESSAGES[found === null ? 'none' : 'purpose']);
      }
      if (found !== null || asked.query !== null || asked.id !== null) log(found?.text ?? asked.query);
      return found !== null && asked.query === null ? found.text : null;
    },
    replace(json) {
      manifest = parseManifest(json, file);
    },
  };
}

const MESSAGES = {
  none: 'Expected a document of the gateway’s list, by its id or word for word.',
  purpose: 'This document may be sent for other purposes than the one declared.',
} as const;

/** Where a request says both, they must be the same document. */
function find({ byId, byText }: Manifest, { id, query }: AskedDocument): TrustedDocument | null {
  const ofText = query === null ? undefined : byText.get(query);
  if (id === null) return ofText ?? null;
  const ofId = byId.get(id);
  if (query === null) return ofId ?? null;
  // The hash of a text may be another one than the manifest has, which may have been printed by other rules.
  return ofId === undefined || ofId.text === query ? (ofText ?? null) : null;
}

/** Whether a document may be sent for what is declared: by the header, or by the document itself. */
function isFor({ purposes, declared }: TrustedDocument, { operationName, purpose }: AskedDocument): boolean {
  if (purposes === null) return true;
  const literal = declared(operationName);
  return (
    [literal, purpose].some((given) => given !== null) &&
    [literal, purpose].every((given) => given === null || isBelow(given, purposes))
  );
}

function isBelow(purpose: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => purpose === each || purpose.startsWith(`${each}.`));
}
