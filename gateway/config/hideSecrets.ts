/** What stands where a secret would. */
export const HIDDEN = '(hidden)';

/**
 * A value as it may be shown: of URLs without user, password and query, in which a password may stand. Anything else
 * stays as it is.
 */
export function hideSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutPassword(value);
  if (value instanceof Uint8Array) return HIDDEN;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideSecrets(inner)]));
}

/** Of each URL in a list; a comma may also stand in a password. */
function withoutPassword(text: string): string {
  return text
    .split(/,\s*(?=[a-z][a-z\d+.-]*:\/\/)/i)
    .map(ofOne)
    .join(',');
}

function ofOne(text: string): string {
  if (!/^\s*[a-z][a-z\d+.-]*:/i.test(text)) return text;
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    // Node finds the password also where it stands unusually, as in `http:user:password@host`.
    if (url.username === '' && url.password === '' && url.search === '') return text;
    const user = url.username === '' && url.password === '' ? '' : '***@';
    return `${url.protocol}//${user}${url.host}${url.pathname}${url.search === '' ? '' : '?***'}${url.hash}`;
  }
  return text.replace(/^([^:]*:)[^]*@/, '$1//***@').replace(/\?[^#]*/, '?***');
}
