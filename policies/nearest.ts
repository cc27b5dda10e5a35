/**
 * What a map of dotted keys says of one key: its own entry, else that of its nearest ancestor, else
 * `undefined`. `{ service: a, 'service.support': b }` gives `b` for `service.support.callback`.
 */
export function nearest<Value>(entries: ReadonlyMap<string, Value>, key: string): Value | undefined {
  const at = nearestKey(entries, key);
  return at === undefined ? undefined : entries.get(at);
}

/** The key of the entry that `nearest` finds. */
export function nearestKey(entries: ReadonlyMap<string, unknown>, key: string): string | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    if (entries.get(at) !== undefined) return at;
  }
  return undefined;
}
