/**
 * Whether a dotted key speaks for another: itself or a descendant of it. `service` covers `service.support`,
 * not `services`. Used for purposes, categories and recipients alike.
 */
export function covers(ancestor: string, key: string): boolean {
  return (
    key === ancestor || (key.startsWith(ancestor) && key.charAt(ancestor.length) === '.' && ancestor !== '')
  );
}
