/** The least major version of Node.js that Sudare runs on, as `engines` in package.json says, which npm only warns of. */
export const LEAST_NODE = 24;

/** What is wrong with a Node.js, by its `process.version`; `null` where it will do. */
export function nodeTooOld(version: string): string | null {
  const major = Number.parseInt(version.slice(1), 10);
  return major >= LEAST_NODE ? null : `sudare needs Node.js ${LEAST_NODE} or newer; this is ${version}.`;
}
