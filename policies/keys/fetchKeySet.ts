import { MAX_SET_BYTES, readKeySet, type KeySet } from './keySet.ts';

/**
 * Reads the address of a key set.
 *
 * @throws an Error where what is fetched there could have been changed on its way, or the address holds a secret.
 */
export function keyUrlOf(text: string): URL {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !isSafe || url.username !== '' || url.password !== '') {
    throw new Error(
      'Keys: expected the address of a JWKS, https://…, or http:// on loopback, without user and password.',
    );
  }
  return url;
}

/**
 * Fetches a key set once. Redirects are not followed: they would lead to whoever the answer names.
 *
 * @throws an Error that names the address and the kind of failure, never what was answered.
 */
export async function fetchKeySet(
  url: URL,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<KeySet> {
  const from = `${url.origin}${url.pathname}`;
  const text = await textOf(url, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])).catch(
    (error: unknown) => {
      throw new Error(`${from}: keys could not be fetched (${kindOf(error)}).`);
    },
  );
  return readKeySet(text, from);
}

async function textOf(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    signal,
    redirect: 'error',
    headers: { accept: 'application/jwk-set+json, application/json' },
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Unfetched(`status ${String(response.status)}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.byteLength;
    if (bytes > MAX_SET_BYTES) throw new Unfetched(`over ${MAX_SET_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

class Unfetched extends Error {}

function kindOf(error: unknown): string {
  if (error instanceof Unfetched) return error.message;
  if (!(error instanceof Error)) return 'unreadable';
  if (error.name === 'TimeoutError') return 'too late';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
