/**
 * Where a claim stands in a token: the name of one claim, `client_id` or `https://example.com/purposes`; a JSON Pointer
 * (RFC 6901), `/act/sub`; or the names on the way, `['act', 'sub']`.
 */
export type ClaimPath = string | readonly string[];

/** Reads one claim of a token's payload; `undefined` where it has none. @throws an Error for a shape that is not known. */
export type ReadClaim = (payload: Readonly<Record<string, unknown>>) => unknown;

const EXPECTED =
  'expected the name of one claim, such as client_id or https://example.com/purposes, a JSON Pointer, such as /act/sub, or a list of names, such as ["act", "sub"]';

/**
 * Compiles a path. A name with a dot that is no URI might mean one claim or two, and is refused: what is not found would
 * be read as a token that says nothing.
 *
 * A token without the first name says nothing of the claim. One that has it must lead to the end: what stands on the way
 * is an object, and has the next name as a property of its own.
 *
 * @param of what the claim is for, for messages.
 * @throws an Error that says what was expected.
 */
export function compileClaimPath(path: ClaimPath, of: string): ReadClaim {
  const names = namesOf(path);
  const [first, ...rest] = names ?? [];
  if (first === undefined || names?.includes('') === true) throw new Error(`Claim of ${of}: ${EXPECTED}.`);
  return (payload) => {
    if (!Object.hasOwn(payload, first)) return undefined;
    return rest.reduce<unknown>((value, name) => {
      if (!isObject(value) || !Object.hasOwn(value, name)) {
        throw new Error(`The claim of ${of} does not lead to its end.`);
      }
      return value[name];
    }, payload[first]);
  };
}

function namesOf(path: ClaimPath): readonly string[] | null {
  if (typeof path !== 'string') return path;
  if (path.startsWith('/')) {
    const names = path.slice(1).split('/');
    // RFC 6901, 3 and 4: `~1` first, so that `~01` is `~1`.
    return names.some((name) => /~(?![01])/.test(name))
      ? null
      : names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return path.includes('.') && !/^(?:https?:\/\/|urn:)/.test(path) ? null : [path];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
