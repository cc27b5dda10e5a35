import { z } from 'zod';

const advisory = z.looseObject({
  url: z.string(),
  title: z.string().default(''),
  severity: z.string().default('unknown'),
});
const report = z.looseObject({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({ via: z.array(z.union([advisory, z.string()])).default([]) }),
  ),
});

/** What npm says in place of a report: the address that it asked, and what came of it. */
const failure = z.looseObject({ message: z.string().min(1) });

/** One advisory about a package. */
export interface AuditFinding {
  /** `GHSA-…`; the address where it is of another kind. */
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}

/**
 * The advisories in what `npm audit --json` says, each once.
 *
 * @throws Error where it says something else, such as that the registry could not be asked: that is not the same as
 *   no findings.
 */
export function auditFindings(json: string): readonly AuditFinding[] {
  const said = parseJson(json);
  const parsed = report.safeParse(said);
  if (!parsed.success) {
    const message = failure.safeParse(said).data?.message;
    const why = message === undefined ? '' : ` (${withoutCredentials(message)})`;
    throw new Error(`npm audit gave no report: the registry could not be asked${why}.`);
  }
  const found = new Map<string, AuditFinding>();
  for (const [name, { via }] of Object.entries(parsed.data.vulnerabilities)) {
    for (const each of via) {
      // A text names the package that brings it, which has an entry of its own.
      if (typeof each === 'string') continue;
      const id = /GHSA(-[\da-z]{4}){3}/.exec(each.url)?.[0] ?? each.url;
      found.set(id, { id, package: name, severity: each.severity, title: each.title });
    }
  }
  return [...found.values()];
}

/** Those findings that a page, SECURITY.md, does not judge in a row of a table. */
export function unjudged(findings: readonly AuditFinding[], page: string): readonly AuditFinding[] {
  const judged = new Set(Array.from(page.matchAll(/^\| `(GHSA-[\da-z-]+)`/gm), ([, id]) => id));
  return findings.filter(({ id }) => !judged.has(id));
}

/** A text whose addresses name no user and no password. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^\s/]*@/g, '//***@');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
