/**
 * The reserved character (U+2588 FULL BLOCK) that every masked text carries, so that an app that saves back what
 * it read is noticed: a mutation input that contains it is refused with `MASKED_VALUE_WRITTEN`. See `isMasked.ts`.
 */
export const MARKER = '\u2588';

/** What stands in place of hidden text. Its length is fixed, so that it tells nothing of the text's length. */
export const FILLER = MARKER.repeat(5);

/** The marker where only URL characters may stand: its UTF-8 bytes, percent-encoded (RFC 3986, 2.1). */
export const MARKER_IN_URL = '%E2%96%88';

/** The host of masked e-mail addresses and URLs. `.invalid` never resolves (RFC 2606, section 2). */
export const MASKED_HOST = 'masked.invalid';

/**
 * The IP address shown in place of a denied one. Text such as the marker would not parse as an address, so this
 * lies in the discard-only block `100::/64` (RFC 6666), where no host can be, and ends in the marker's code point.
 */
export const MASKED_IP = '100::2588';
