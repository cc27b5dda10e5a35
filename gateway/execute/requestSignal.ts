/** A key that no client, and no other part of a server, can put anything under. */
const SIGNAL: unique symbol = Symbol('signal');

/** A context value that tells data sources when nobody waits for the answer any more. */
export function withSignal(context: object, signal: AbortSignal | undefined): object {
  return signal === undefined ? context : { ...context, [SIGNAL]: signal };
}

/** The signal of a context value; `null` where there is none. */
export function signalOf(context: object): AbortSignal | null {
  if (!(SIGNAL in context)) return null;
  const signal = context[SIGNAL];
  return signal instanceof AbortSignal ? signal : null;
}
