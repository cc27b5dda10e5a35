import type { Caller } from '../policies/caller.ts';
import { CALLER_HEADER, GATEWAY_CLIENT, signCallerToken } from '../policies/consent/callerToken.ts';
import type { ContextSigner } from '../policies/context/contextSigner.ts';
import {
  CONTEXT_HEADER,
  CONTEXT_SECONDS,
  type SubgraphContext,
} from '../policies/context/subgraphContext.ts';
import { acceptableSince } from '../policies/acceptableSince.ts';
import { currentRevision } from '../policies/currentRevision.ts';
import type { Policy } from '../policies/policy.ts';
import { refusal } from './errors.ts';
import type { HttpSources } from './execute/httpSources.ts';
import type { Services } from './execute/services.ts';
import type { Generation } from './generation.ts';

/** The data sources for one request: subgraphs are told who is calling, and what for. */
export type ServicesFor = (generation: Generation, caller: Caller, requestId: string) => Services;

/** Options of `tellSubgraphs`. */
export interface TellSubgraphsOptions {
  /** Shared with the consent subgraph; `null`: it is told nothing. */
  readonly callerKey: Uint8Array | null;
  /** `null`: the other subgraphs are told nothing. */
  readonly contextSigner: ContextSigner | null;
  readonly sources: HttpSources;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Tells the consent system's own subgraphs, and no others, who is calling; and every subgraph for which app and purpose,
 * signed for it alone, so that it can refuse whoever is not the gateway.
 *
 * INVARIANT: what one subgraph is told no other would believe, and neither clients nor logs ever have it
 * (test/gateway/tellSubgraphs.test.ts).
 */
export function tellSubgraphs({ callerKey, contextSigner, sources }: TellSubgraphsOptions): ServicesFor {
  return (generation, caller, requestId) => {
    const { consentSubgraphs, services, definitions, policy } = generation;
    if (consentSubgraphs.size === 0 && contextSigner === null) return services;
    const ownHeaders = async (): Promise<Headers> => {
      const claims = claimsOf(caller, policy);
      return callerKey === null ? {} : { [CALLER_HEADER]: await signCallerToken(callerKey, claims) };
    };
    const { client, purpose, recipient } = caller;
    const policyRevision = currentRevision(policy, Date.now()).id;
    const context = { client, purpose, recipient, policyRevision, requestId };
    const told = definitions
      .filter(({ name }) => contextSigner !== null || consentSubgraphs.has(name))
      .map((definition) => {
        const { name } = definition;
        const contextHeaders = contextSigner === null ? nothing : contextFor(contextSigner, name, context);
        const headers = consentSubgraphs.has(name)
          ? async () => ({ ...(await contextHeaders()), ...(await ownHeaders()) })
          : contextHeaders;
        return [name, sources.sourceOf(definition, headers)];
      });
    return { ...services, ...Object.fromEntries(told) };
  };
}

const nothing = async (): Promise<Headers> => await Promise.resolve({});

/** Signed once for all calls of one request, as long as it is good for half its time. */
function contextFor(
  signer: ContextSigner,
  subgraph: string,
  context: SubgraphContext,
): () => Promise<Headers> {
  let signed: Promise<string> | null = null;
  let renew = 0;
  return async () => {
    const now = Date.now();
    if (signed === null || now >= renew) {
      signed = signer.sign(subgraph, context, now);
      renew = now + (CONTEXT_SECONDS * 1_000) / 2;
    }
    return { [CONTEXT_HEADER]: await signed };
  };
}

type Claims = Parameters<typeof signCallerToken>[1];

function claimsOf({ client, endUser, actor }: Caller, policy: Policy): Claims {
  // The gateway's own name opens everybody's consent states: no client may carry it.
  if (client === GATEWAY_CLIENT) throw refusal('CLIENT_UNKNOWN', 'This client id is reserved.');
  const consentWrite = policy.clients.get(client)?.consentWrite ?? [];
  // A new revision counts at once: what people do now is put on record under it (Article 12).
  const revision = currentRevision(policy, Date.now());
  const useCountsFrom = acceptableSince(revision) ?? undefined;
  return { client, endUser, actor, consentWrite, policyRevision: revision.id, useCountsFrom };
}
