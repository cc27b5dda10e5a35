import { readFile } from 'node:fs/promises';

/** A test that a page names, as `[link] “name”`, with the page's link reference resolved. */
export interface NamedTest {
  readonly link: string;
  readonly name: string;
  /** From the checkout's root; `null`: the page has no such link reference. */
  readonly file: string | null;
}

/** The tests that a page names. */
export function namedTests(page: string): readonly NamedTest[] {
  const links = linksTo(page);
  return Array.from(page.matchAll(/\[([\w.]+)\] “([^”]+)”/g), ([, link = '', name = '']) => ({
    link,
    name,
    file: links.get(link) ?? null,
  }));
}

/** Link references of a page in docs/ to files of the repository, by name. */
export function linksTo(page: string): ReadonlyMap<string, string> {
  return new Map(
    [...page.matchAll(/^\[([\w.]+)\]: \.\.\/(\S+)$/gm)].map(([, name = '', path = '']) => [name, path]),
  );
}

/** Those of a page's tests that there are not, by the names that tests and the rows of their tables have. */
export async function missingTests(tests: readonly NamedTest[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { link, name, file } of tests) {
    const source = file === null ? '' : await readFile(file, 'utf8').catch(() => '');
    if (!namesIn(source).has(name)) missing.push(`[${link}] “${name}”`);
  }
  return missing;
}

/** What tests of a file are called: the titles, and the names of the rows of its tables. */
function namesIn(source: string): ReadonlySet<string> {
  const titles = source.matchAll(/(?:\b(?:it|test|describe)\(|[)\]]\(|\bname:)\s*(['`"])(.+?)\1/gs);
  return new Set(Array.from(titles, ([, , name = '']) => name));
}
