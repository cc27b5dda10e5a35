/** Names for a message, the first three and how many more there are: `a, b, c and 4 more`. */
export function named(names: readonly string[]): string {
  const some = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${some} and ${String(names.length - 3)} more` : some;
}
