/**
 * What a map of dotted keys says of one key: its own entry, else that of its nearest ancestor, else
 * `undefined`. `{ service: a, 'service.support': b }` gives `b` for `service.support.callback`.
 */
export function nearest<Value>(entries: ReadonlyMap<string, Value>, key: string): Value | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const value = entries.get(at);
    if (value !== undefined) return value;
  }
  return undefined;
}
