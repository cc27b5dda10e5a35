import { z } from 'zod';
import { parseRedisUrl } from '../../policies/consent/redis/redisUrl.ts';

const EMPTY = 'expected some text, or leave it out';

/** Text that says something. */
export const text = z.string({ error: 'expected some text' }).min(1, { error: EMPTY });

/** A file's name. */
export const fileName = z.string({ error: 'expected the name of a file' }).min(1, { error: EMPTY });

/** A URL of HTTP. No error quotes it: there may be a password in it. */
export const httpUrl = z
  .string({ error: 'expected a URL' })
  .refine((url) => ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? ''), {
    error: 'expected a URL that begins with http:// or https://',
  });

/** Where Redis is, one or several. No error quotes it. */
export const redisUrl = z.string({ error: 'expected a URL' }).superRefine((url, context) => {
  try {
    parseRedisUrl(url);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.addIssue({
      code: 'custom',
      message: message.replace('Redis URL: ', '').replace(/\.$/, ''),
      input: undefined,
    });
  }
});

/** A whole number within bounds, both included; `of` says of what, such as `whole milliseconds`. */
export function count(of: string, least: number, most: number) {
  const error = `expected ${of} from ${String(least)} to ${String(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A key as 32 bytes or more in base64. */
export const keyBytes = z.string({ error: 'expected text' }).transform((given, context): Uint8Array => {
  const key = Buffer.from(given.trim(), 'base64');
  if (key.length < 32) {
    const message = 'expected 32 bytes or more in base64, e.g. from "openssl rand -base64 32"';
    context.addIssue({ code: 'custom', message, input: undefined });
  }
  return key;
});
