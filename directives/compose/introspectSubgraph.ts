import { z } from 'zod';

/** A subgraph to ask for its schema. */
export interface Introspected {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long it may take, in ms. */
  readonly timeoutMs: number;
}

/** A subgraph that did not tell its schema. The message says how; it quotes neither headers nor the answer. */
export class IntrospectionError extends Error {
  override readonly name = 'IntrospectionError';
}

const answerSchema = z.object({ data: z.object({ _service: z.object({ sdl: z.string().min(1) }) }) });

/**
 * Asks a running subgraph for its schema by `{ _service { sdl } }`, which every federated subgraph answers
 * (https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec). Standard
 * introspection would lose every directive.
 *
 * @throws IntrospectionError
 */
export async function introspectSubgraph({ url, headers, timeoutMs }: Introspected): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
    // The headers may hold credentials that are for this address alone.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new IntrospectionError(`it does not answer${reasonOf(error)}.`);
  });
  const body: unknown = await response.json().catch(() => null);
  const answer = answerSchema.safeParse(body);
  if (answer.success) return answer.data.data._service.sdl;
  throw new IntrospectionError(
    `it answers with HTTP ${String(response.status)} and without its schema; expected a federated subgraph, which tells it in { _service { sdl } }.`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause instanceof Error ? error.cause : error;
  if (error.name === 'TimeoutError') return ' in time';
  return 'code' in cause ? ` (${String(cause.code)})` : '';
}
