import type { HttpSources } from '../execute/httpSources.ts';
import type { DataSource } from '../execute/services.ts';
import { SubgraphHttpError } from '../execute/subgraphHttpError.ts';
import type { CallOutcome } from './metrics.ts';
import { watchedIn } from './watchedOf.ts';

/** The default data sources, watched. */
export function watchedSources(sources: HttpSources): HttpSources {
  return {
    ...sources,
    sourceOf: (definition, headers) => watchedSource(definition.name, sources.sourceOf(definition, headers)),
  };
}

type Given = Parameters<DataSource['process']>[0];
type Answer = Awaited<ReturnType<DataSource['process']>>;

/**
 * A data source whose calls are watched: how long, how they ended, and as a span that the subgraph is told of by
 * `traceparent`. Neither what was asked nor what was answered is looked into, but for whether there are errors.
 */
export function watchedSource(name: string, source: DataSource): DataSource {
  return {
    ...(source.leavesRequests === true ? { leavesRequests: true } : {}),
    async process(given) {
      // What asks a subgraph for its schema belongs to no request.
      const watched = 'context' in given ? watchedIn(given.context) : null;
      if (watched === null) return await source.process(given);
      const call = watched.calling(name);
      try {
        const answer = await source.process(withTraceParent(given, call.traceParent));
        call.ended(outcomeOfAnswer(answer));
        return answer;
      } catch (error) {
        call.ended(outcomeOfFailure(error));
        throw error;
      }
    },
  };
}

/** As a header of the subgraph's request, which `httpDataSource` sends, as `RemoteGraphQLDataSource` does. */
function withTraceParent(given: Given, traceParent: string | null): Given {
  if (traceParent === null) return given;
  const { http } = given.request;
  const headers = new Headers(http === undefined ? [] : [...http.headers]);
  headers.set('traceparent', traceParent);
  return { ...given, request: { ...given.request, http: { url: '', method: 'POST', ...http, headers } } };
}

function outcomeOfAnswer({ errors }: Answer): CallOutcome {
  return errors === undefined || errors === null || errors.length === 0 ? 'ok' : 'errors';
}

function outcomeOfFailure(error: unknown): CallOutcome {
  if (!(error instanceof SubgraphHttpError)) return 'failed';
  switch (error.code) {
    case 'ETIMEDOUT':
      return 'timeout';
    case 'ECANCELED':
      return 'cancelled';
    case 'EBADANSWER':
    case 'EENCODING':
    case 'EMSGSIZE':
    case 'EURL':
      return 'failed';
  }
}
