import type { GatewaySchemaLoadOrUpdateCallback } from '@apollo/server-gateway-interface';
import type { GraphQLSchema } from 'graphql';
import type { Policy } from '../policies/policy.ts';
import { underPolicy, type Generation } from './generation.ts';

/** The supergraph and policy in force, and those that requests in flight still finish on. */
export interface Generations {
  /** `null` before a supergraph was installed. */
  readonly current: () => Generation | null;
  /** What a request is answered by that was validated against a schema. */
  readonly of: (schema: GraphQLSchema) => Generation | null;
  /** Builds the generation of a supergraph and puts it in force. Throws what building does: then nothing has changed. */
  readonly install: (supergraphSdl: string) => void;
  /** Puts a policy in force, also for supergraphs to come. */
  readonly setPolicy: (policy: Policy) => void;
  /** Calls back now, where there is one, and with each supergraph to come. Gives back how to end that. */
  readonly onUpdate: (callback: GatewaySchemaLoadOrUpdateCallback) => () => void;
}

/** Options of `createGenerations`. `build` also vets; it throws what is wrong with a supergraph. */
export interface GenerationsOptions {
  readonly policy: Policy;
  readonly build: (supergraphSdl: string, policy: Policy) => Generation;
}

/**
 * Keeps the generation in force, and swaps it as a whole.
 *
 * INVARIANT: a request is answered by one generation from its start to its end, the one whose schema it was validated
 * against: what was planned for one supergraph is never decided about by the rules of another
 * (test/gateway/reload/inFlight.test.ts).
 */
export function createGenerations(options: GenerationsOptions): Generations {
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  const bySchema = new WeakMap<GraphQLSchema, Generation>();
  let { policy } = options;
  let current: Generation | null = null;

  return {
    current: () => current,
    of: (schema) => bySchema.get(schema) ?? current,
    install(supergraphSdl) {
      const generation = options.build(supergraphSdl, policy);
      bySchema.set(generation.schema, generation);
      for (const listener of listeners) listener(eventOf(generation));
      // Last: should the server refuse the schema, the one before stays in force here as there.
      current = generation;
    },
    setPolicy(next) {
      policy = next;
      if (current === null) return;
      current = underPolicy(current, next);
      bySchema.set(current.schema, current);
    },
    onUpdate(callback) {
      listeners.add(callback);
      if (current !== null) callback(eventOf(current));
      return () => listeners.delete(callback);
    },
  };
}

function eventOf({ schema, supergraphSdl }: Generation): Parameters<GatewaySchemaLoadOrUpdateCallback>[0] {
  return { apiSchema: schema, coreSupergraphSdl: supergraphSdl };
}
