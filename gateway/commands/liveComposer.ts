import { isDeepStrictEqual } from 'node:util';
import type { SupergraphManager } from '@apollo/gateway';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import type { Policy } from '../../policies/policy.ts';
import { composeTexts, type ComposingTexts } from './composing.ts';

/** What a live composer is made with. */
export interface LiveComposerOptions {
  readonly load: () => Promise<ComposingTexts>;
  /** In force at first. */
  readonly policy: Policy;
  /** Says what was found, also that nothing is wrong any more; not said again as long as it stays the same. */
  readonly tell: (findings: readonly RuleFinding[]) => void;
  /** Hears that another supergraph is in force. */
  readonly updated: () => void;
  /** Hears of what should not have happened; it looks again all the same. */
  readonly failed: (error: unknown) => void;
  /** How often everything is read anew and running subgraphs are asked, in ms. */
  readonly everyMs: number;
}

/** A supergraph that follows what it is composed of. */
export interface LiveComposer {
  /** For `sudare({ supergraph: { manager } })`. */
  readonly manager: SupergraphManager;
  /** A policy that changed: `putInForce` is called with it once the supergraph composes under it. */
  readonly policyChanged: (policy: Policy, putInForce: (policy: Policy) => void) => void;
}

/**
 * Composes, and composes anew whenever the texts or the policy change. What does not compose is told, and the old
 * supergraph and policy stay in force.
 *
 * It reads in intervals rather than listening for events, as `watchPolicy` does, and as running subgraphs need.
 */
export function liveComposer({
  load,
  policy,
  tell,
  updated,
  failed,
  everyMs,
}: LiveComposerOptions): LiveComposer {
  let wanted = policy;
  let pending: { readonly policy: Policy; readonly put: (policy: Policy) => void } | null = null;
  let seen: { readonly texts: ComposingTexts; readonly policy: Policy } | null = null;
  let told: readonly RuleFinding[] = [];
  let inForce: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  /** The supergraph that is to be served now; `null` where nothing changed, or for the worse. */
  const composed = async (): Promise<string | null> => {
    const texts = await load();
    const under = wanted;
    if (seen !== null && seen.policy === under && isDeepStrictEqual(seen.texts, texts)) return null;
    seen = { texts, policy: under };
    const { supergraphSdl, findings } = await composeTexts(texts, under);
    if (!isDeepStrictEqual(findings, told)) tell(findings);
    told = findings;
    return supergraphSdl;
  };

  const look = async (update: (sdl: string) => void): Promise<void> => {
    const sdl = await composed();
    if (sdl === null || isClosed) return;
    try {
      if (sdl !== inForce) {
        update(sdl);
        updated();
      }
      inForce = sdl;
      // Another may have come since, which has a turn of its own.
      if (pending !== null && pending.policy === seen?.policy) {
        pending.put(pending.policy);
        pending = null;
      }
    } catch {
      // The gateway refused it and said why; what it has stays in force.
    }
  };

  const later = (update: (sdl: string) => void): void => {
    timer = setTimeout(() => {
      void look(update)
        .catch(failed)
        .finally(() => {
          if (!isClosed) later(update);
        });
    }, everyMs);
    // Where serving could not begin, this must not be what keeps the process.
    timer.unref();
  };

  return {
    policyChanged(next, put) {
      wanted = next;
      pending = { policy: next, put };
    },
    manager: {
      async initialize({ update }) {
        const sdl = await composed();
        if (sdl === null) throw new Error('Nothing is served, since the subgraphs do not compose.');
        inForce = sdl;
        later(update);
        return {
          supergraphSdl: sdl,
          cleanup: async () => {
            isClosed = true;
            if (timer !== null) clearTimeout(timer);
            await Promise.resolve();
          },
        };
      },
    },
  };
}
