/** The Redis stream that gateways append the access record's lines to, for consumers to read as a group. */
export const RECORD_STREAM = 'sudare:record';

/** The one field of the stream's entries: a line without its line end. */
export const RECORD_FIELD = 'line';

/**
 * How many entries the stream keeps, roughly; the oldest go first, read or not. The same line may come several times:
 * consumers tell by its chain and sequence.
 */
export const RECORD_STREAM_LENGTH = 1_000_000;
