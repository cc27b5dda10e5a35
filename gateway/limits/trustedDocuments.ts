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
  /** Who asks, as the log may name them; default: it does not. */
  readonly client?: string | null;
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
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Whether the policy in force has a purpose or one below it; default: it is not asked. */
  readonly isPurpose?: (key: string) => boolean;
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
  const { file, mode, logger, isPurpose = () => true } = options;
  const read = (json: string): Manifest => {
    const parsed = parseManifest(json, file);
    const named = new Set([...parsed.byId.values()].flatMap(({ purposes }) => purposes ?? []));
    const unknown = [...named].filter((key) => !isPurpose(key));
    logger.info({ documents: parsed.byId.size }, 'trusted documents');
    // The policy may yet come to have them.
    if (unknown.length > 0)
      logger.warn({ unknown }, 'trusted documents are for purposes that the policy does not have');
    return parsed;
  };
  let manifest = read(options.json);
  const logged = new LRUCache<string, true>({ max: MAX_LOGGED });

  const log = (query: string | null, client: string | null, why: Untrusted): void => {
    // An id is whatever a client sends, and is not logged.
    const sha256 = query === null ? undefined : createHash('sha256').update(query).digest('hex');
    const key = [client, why, sha256].join();
    if (logged.get(key) === true) return;
    logged.set(key, true);
    logger.warn({ client: client ?? undefined, sha256 }, LOGGED[why]);
  };

  return {
    mode,
    resolve(asked) {
      const found = find(manifest, asked);
      if (found !== null && isFor(found, asked)) return found.text;
      if (mode === 'enforce') throw refusal('OPERATION_NOT_TRUSTED', messageOf(found));
      const why = found !== null ? 'for-others' : asked.query !== null ? 'unknown' : 'unknown-id';
      if (why !== 'unknown-id' || asked.id !== null)
        log(found?.text ?? asked.query, asked.client ?? null, why);
      return found !== null && asked.query === null ? found.text : null;
    },
    replace(json) {
      manifest = read(json);
    },
  };
}

type Untrusted = keyof typeof LOGGED;

const LOGGED = {
  unknown: 'a document that is not trusted',
  'unknown-id': 'an id of no trusted document',
  'for-others': 'a trusted document, for a purpose that it may not be sent for',
} as const;

function messageOf(found: TrustedDocument | null): string {
  if (found === null) return 'Expected a document of the gateway’s list, by its id or word for word.';
  return `This document may be sent for ${found.purposes?.join(', ') ?? ''} alone; declare the purpose.`;
}

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
