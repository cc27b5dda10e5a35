import { z } from 'zod';
import { CALLER_HEADER, signCallerToken } from '../../../policies/consent/callerToken.ts';
import type { CallerClaims } from '../../../policies/consent/callerToken.ts';

/** The key that tests sign callers with. */
export const CALLER_KEY = new Uint8Array(32).fill(3);

/** Who has no token at all, or which claims the token holds; what is left out is nobody and nothing. */
export type Caller = 'nobody' | Partial<CallerClaims>;

/** An answer of the consent subgraph. */
export interface ConsentAnswer {
  readonly data: Record<string, unknown> | null;
  /** Of the errors, in their order. */
  readonly codes: readonly string[];
  readonly text: string;
}

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
});

/** Sends one operation as `caller`. */
export async function askConsent(
  url: string,
  caller: Caller,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<ConsentAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await callerHeader(caller)) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors } = answerSchema.parse(JSON.parse(text));
  return { data: data ?? null, codes: (errors ?? []).map((error) => error.extensions.code), text };
}

/** The header that names the caller. */
export async function callerHeader(caller: Caller): Promise<Record<string, string>> {
  if (caller === 'nobody') return {};
  const claims = { client: 'some-app', endUser: null, actor: null, consentWrite: [], ...caller };
  return { [CALLER_HEADER]: await signCallerToken(CALLER_KEY, claims) };
}
