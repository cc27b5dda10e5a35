import { RELOADED, type Reloaded } from '../reload/reloadable.ts';

/** All that may become of what was read anew. */
export const RELOAD_OUTCOMES = Object.freeze(['reloaded', 'refused'] as const);

/** `refused`: what was read could not be used, and the old one stays in force. */
export type ReloadOutcome = (typeof RELOAD_OUTCOMES)[number];

/**
 * Whether new requests should be sent here. `missing`: what keeps it from answering them; `degraded`: what is wrong
 * while requests are answered all the same. Words of ours alone: whoever reaches the gateway may ask.
 */
export interface ReadyAnswer {
  readonly status: 'ready' | 'not-ready';
  readonly missing: readonly Missing[];
  readonly degraded: readonly Degraded[];
}

/** All that may be missing. */
export const MISSING = Object.freeze(['supergraph', 'audit', 'draining'] as const);

/** `audit`: the access record is not being kept, so that answers which need it would fail. */
export type Missing = (typeof MISSING)[number];

/** All that may be degraded. */
export const DEGRADED = Object.freeze([
  'consent-source',
  'token-keys',
  ...RELOADED.map((what) => `reload:${what}` as const),
] as const);

/**
 * `consent-source`: it fails and is left alone, so that what depends on people is masked; `token-keys`: they could not be
 * fetched, so that tokens are refused sooner or later; `reload:…`: the last was refused.
 */
export type Degraded = (typeof DEGRADED)[number];

/** What is asked whenever somebody wants to know. */
export interface ReadinessState {
  /** Whether a supergraph is loaded, and with it a policy. */
  readonly isLoaded: () => boolean;
  /** Whether what needs a record would hardly get one. */
  readonly isAuditInTrouble: () => boolean;
  /** Whether the consent source is being left alone, but for reads that try it again. */
  readonly isConsentSourceFailing: () => boolean;
}

/** Knows whether the gateway is ready. */
export interface Readiness {
  /** From now on new requests should go elsewhere: the first step of a stop. */
  readonly drain: () => void;
  /** What was read anew, and whether it was put in force. */
  readonly reloaded: (what: Reloaded, outcome: ReloadOutcome) => void;
  /** Takes what is asked from now on. */
  readonly follow: (state: ReadinessState) => void;
  /** Asks from now on whether something is wrong while requests are answered. */
  readonly mind: (what: Degraded, isWrong: () => boolean) => void;
  readonly answer: () => ReadyAnswer;
}

/**
 * Creates the readiness of one gateway, which is not ready until it follows one that has loaded.
 *
 * A consent source that fails does not make it unready: nothing is shown that should not be, what depends on nobody is
 * answered, and another gateway would have the same source. So it is with keys, and with a reload that was refused.
 */
export function createReadiness(): Readiness {
  const refused = new Set<Reloaded>();
  const minded = new Map<Degraded, () => boolean>();
  let isDraining = false;
  let state: ReadinessState | null = null;
  return {
    drain: () => void (isDraining = true),
    reloaded(what, outcome) {
      if (outcome === 'refused') refused.add(what);
      else refused.delete(what);
    },
    follow: (next) => void (state = next),
    mind: (what, isWrong) => void minded.set(what, isWrong),
    answer() {
      const missing: Missing[] = [
        ...(state?.isLoaded() === true ? [] : ['supergraph' as const]),
        ...(state?.isAuditInTrouble() === true ? ['audit' as const] : []),
        ...(isDraining ? ['draining' as const] : []),
      ];
      const degraded: Degraded[] = [
        ...(state?.isConsentSourceFailing() === true ? ['consent-source' as const] : []),
        ...[...minded].flatMap(([what, isWrong]) => (isWrong() ? [what] : [])),
        ...Array.from(refused, (what) => `reload:${what}` as const),
      ];
      return { status: missing.length === 0 ? 'ready' : 'not-ready', missing, degraded };
    },
  };
}
