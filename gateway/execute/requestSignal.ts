/** Keys that no client, and no other part of a server, can put anything under. */
const SIGNAL: unique symbol = Symbol('signal');
const DEADLINE: unique symbol = Symbol('deadline');

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

/** A context value that tells data sources how many ms are left before the answer is due. */
export function withDeadline(context: object, left: () => number): object {
  return { ...context, [DEADLINE]: left };
}

/** Whole ms that are left, at least 1, since a call is not begun with none; `null` where there is no deadline. */
export function timeLeft(context: object): number | null {
  if (!(DEADLINE in context)) return null;
  const left: unknown = context[DEADLINE];
  return typeof left === 'function' ? Math.max(1, Math.ceil(Number(left()))) : null;
}
