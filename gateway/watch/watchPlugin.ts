import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { Refusal } from '../errors.ts';
import { signalOf, timeLeft } from '../execute/requestSignal.ts';
import { outcomeOf } from './outcome.ts';
import { putWatched, watchedIn } from './watchedOf.ts';
import type { Watch } from './watch.ts';
import type { WatchedRequest } from './watchedRequest.ts';

/** Who was identified for a context value, and the policy in force; `null`: nobody was yet. */
export type CallerOf = (context: object) => Parameters<WatchedRequest['calledBy']> | null;

/**
 * A plugin that also watches each request, from its being read to its answer, whatever it comes to; and those that
 * Apollo Server refuses before.
 */
export function watchPlugin(
  watch: Watch,
  plugin: ApolloServerPlugin,
  callerOf: CallerOf,
): ApolloServerPlugin {
  return {
    ...plugin,
    async contextCreationDidFail({ error }) {
      watch.refused(...refusalOf(error));
    },
    async invalidRequestWasReceived({ error }) {
      watch.refused(...refusalOf(error));
    },
    async unexpectedErrorProcessingRequest({ requestContext }) {
      watchedIn(requestContext.contextValue)?.ended('GATEWAY_ERROR', 500);
    },
    async requestDidStart(requestContext) {
      const watched = watch.begin(requestContext.request.http?.headers);
      putWatched(requestContext.contextValue, watched);
      // Also of documents that cannot be parsed it is known who sent them.
      const caller = callerOf(requestContext.contextValue);
      if (caller !== null) watched.calledBy(...caller);
      const listener = (await plugin.requestDidStart?.(requestContext)) ?? {};
      return {
        ...listener,
        async willSendResponse(context) {
          await listener.willSendResponse?.(context);
          const { body, http } = context.response;
          const given = givenUp(context.contextValue);
          if (given !== null) return watched.ended(...given);
          const outcome = body.kind === 'single' ? outcomeOf(body.singleResult) : 'OTHER';
          watched.ended(outcome, http.status ?? 200);
        },
      };
    },
  };
}

/** Why nobody waits for the answer any more, whatever it has become; `null`: somebody does. 499 is nginx's word for it. */
function givenUp(context: object): [outcome: string, status: number] | null {
  if (signalOf(context)?.aborted !== true) return null;
  return (timeLeft(context) ?? Infinity) <= 1 ? ['DEADLINE_EXCEEDED', 504] : ['CLIENT_LEFT', 499];
}

/** Its code, HTTP status and note. Apollo Server's own refusals are the client's fault. */
function refusalOf(error: unknown): Parameters<Watch['refused']> {
  const { code, http }: Record<string, unknown> = error instanceof GraphQLError ? error.extensions : {};
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  const note = error instanceof Refusal ? error.note : {};
  return [typeof code === 'string' ? code : '', typeof status === 'number' ? status : 400, note];
}
