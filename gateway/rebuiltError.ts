import type { GraphQLFormattedError } from 'graphql';
import { ERRORS } from './errors.ts';
import { KNOWN_MESSAGES } from './knownMessages.ts';
import { withoutValues } from './withoutValues.ts';

/** What stands in `extensions` of Sudare's own errors; nothing else of an error's extensions is told. */
const TOLD_EXTENSIONS = ['coordinate', 'serviceName', 'original'];

/**
 * Rebuilds an error for the client from an allow-list: the codes of `ERRORS`, in whose messages Sudare itself quotes
 * nothing, and those of graphql-js and Apollo Server, of whose messages names are kept.
 *
 * INVARIANT: an error that is neither says only that the gateway failed, without code, message or extensions of its
 * own (test/gateway/rebuiltError.test.ts).
 */
export function rebuiltError(error: GraphQLFormattedError): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = error;
  const given = extensions['code'];
  const isOwn = typeof given === 'string' && Object.hasOwn(ERRORS, given);
  const code =
    typeof given === 'string' && (isOwn || KNOWN_MESSAGES.has(given)) ? given : 'INTERNAL_SERVER_ERROR';
  const told = isOwn ? TOLD_EXTENSIONS.filter((name) => Object.hasOwn(extensions, name)) : [];
  return {
    message: isOwn ? message : withoutValues(message, code),
    ...(locations === undefined
      ? {}
      : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    ...(path === undefined ? {} : { path }),
    extensions: Object.fromEntries([['code', code], ...told.map((name) => [name, extensions[name]])]),
  };
}
