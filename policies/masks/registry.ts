import { address } from './address.ts';
import { card } from './card.ts';
import { constant } from './constant.ts';
import { date } from './date.ts';
import { email } from './email.ts';
import { ip } from './ip.ts';
import type { Mask } from './mask.ts';
import { name } from './name.ts';
import { number } from './number.ts';
import { partial } from './partial.ts';
import { phone } from './phone.ts';
import { pseudonym } from './pseudonym.ts';
import { url } from './url.ts';
import { userAgent } from './userAgent.ts';
import { value } from './value.ts';

/** Every mask there is, in the order of the docs. */
export const MASKS: readonly Mask<unknown>[] = Object.freeze<Mask<unknown>[]>([
  constant,
  partial,
  email,
  phone,
  name,
  address,
  card,
  ip,
  date,
  number,
  url,
  userAgent,
  pseudonym,
  value,
]);

// A Map, so that `__proto__` and `constructor` are kinds like any other unknown one.
const BY_KIND: ReadonlyMap<string, Mask<unknown>> = new Map(MASKS.map((mask) => [mask.kind, mask]));

/** The mask that a policy calls by its kind; `undefined` where there is none. */
export function maskOfKind(kind: string): Mask<unknown> | undefined {
  return BY_KIND.get(kind);
}
