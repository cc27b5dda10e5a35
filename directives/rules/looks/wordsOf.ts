/**
 * The words of a GraphQL name, in lower case and the singular, without numbers: `userIPAddresses` and
 * `user_ip_address` are both `user`, `ip`, `address`.
 */
export function wordsOf(name: string): readonly string[] {
  return (name.replaceAll(/IPv(?=[46])/gi, 'Ip').match(WORD) ?? []).map((word) =>
    singular(word.toLowerCase()),
  );
}

/** The words as one, the way in which they are compared: `first name`, `firstName` and `firstname` are the same. */
export function joinedWords(name: string): string {
  return wordsOf(name).join('');
}

/** An abbreviation with its plural (`URLs`), an abbreviation before a word (`IPAddress`), or a word. */
const WORD = /[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

function singular(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.length > 2 && /[^aisu]s$/.test(word) ? word.slice(0, -1) : word;
}
