import { FeatureUrl } from '@apollo/federation-internals';
import { Kind } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode, DocumentNode } from 'graphql';
import { DirectiveError } from './directiveError.ts';
import type { Finding } from './directiveError.ts';
import { NotASupergraphError } from './notASupergraphError.ts';
import { judgeLinkUrl, PRIVACY_IDENTITY } from './spec.ts';

/** One spec that a supergraph links, and what its elements are called there. */
export interface Link {
  readonly identity: string;
  /** Comes before `__` in the names of what is not imported; the spec's own name or its `as:`. */
  readonly prefix: string;
  /** Element by element, `@personal` → `@pii`. */
  readonly imports: ReadonlyMap<string, string>;
}

const CORE_IDENTITIES = ['https://specs.apollo.dev/link', 'https://specs.apollo.dev/core'];
const JOIN_IDENTITY = 'https://specs.apollo.dev/join';
const PRIVACY_DIRECTIVES = ['@personal', '@purpose'];

/**
 * The specs that a supergraph links, by identity, whatever `@link` itself is called there.
 * Throws NotASupergraphError without the link and join specs, and DirectiveError for links that are meant to
 * be the privacy spec's and are not.
 */
export function readLinks(document: DocumentNode): ReadonlyMap<string, Link> {
  const applied = schemaDirectives(document);
  const core = applied.find((node) => {
    const identity = identityOf(urlOf(node));
    return identity !== null && CORE_IDENTITIES.includes(identity) && prefixOf(node) === node.name.value;
  });
  if (core === undefined) throw new NotASupergraphError('its schema links no such thing');

  const findings: Finding[] = [];
  const links = new Map<string, Link>();
  for (const node of applied.filter(({ name }) => name.value === core.name.value)) {
    const url = urlOf(node) ?? '';
    const verdict = judgeLinkUrl(url);
    if (verdict.kind === 'wrong') findings.push(findingAt(node, verdict.message));
    if (verdict.kind === 'privacy') findings.push(...privacyLinkFindings(node, links));
    const link = readLink(node);
    if (link !== null) links.set(link.identity, link);
  }
  if (findings.length > 0) throw new DirectiveError(findings);
  if (!links.has(JOIN_IDENTITY)) {
    throw new NotASupergraphError(
      'it does not link the join spec, as a subgraph before composition does not',
    );
  }
  return links;
}

/** Every directive that is applied to a schema, at its definition or an extension. */
export function schemaDirectives(document: DocumentNode): readonly ConstDirectiveNode[] {
  return document.definitions.flatMap((node): readonly ConstDirectiveNode[] =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? [])
      : [],
  );
}

/** What one `@link` links; `null` where its url names no spec. */
export function readLink(node: ConstDirectiveNode): Link | null {
  const identity = identityOf(urlOf(node));
  return identity === null ? null : { identity, prefix: prefixOf(node), imports: importsOf(node) };
}

/**
 * Names under which a directive of a linked spec may stand: its import, or else prefixed. Both are given
 * where it is imported, so that an application under either name counts.
 */
export function directiveNames(link: Link | undefined, directive: string): ReadonlySet<string> {
  if (link === undefined) return new Set();
  const imported = link.imports.get(`@${directive}`);
  const prefixed = link.identity.endsWith(`/${directive}`) ? link.prefix : `${link.prefix}__${directive}`;
  return new Set(imported === undefined ? [prefixed] : [imported.slice(1), prefixed]);
}

/** The link of the privacy spec, if there is one. */
export function privacyLink(links: ReadonlyMap<string, Link>): Link | undefined {
  return links.get(PRIVACY_IDENTITY);
}

function privacyLinkFindings(node: ConstDirectiveNode, links: ReadonlyMap<string, Link>): readonly Finding[] {
  const expected = `expected import: ["@personal", "@purpose"], each perhaps as {name: "@personal", as: "@other"}`;
  const twice = links.has(PRIVACY_IDENTITY) ? ['the privacy spec is linked twice; keep one link.'] : [];
  const value = argument(node, 'import');
  if (value === undefined || value.kind === Kind.NULL)
    return twice.map((message) => findingAt(node, message));
  const elements = value.kind === Kind.LIST ? value.values : [value];
  const wrong = elements
    .map(importOf)
    .filter(
      (element) => element === null || !PRIVACY_DIRECTIVES.includes(element[0]) || !/^@\w+$/.test(element[1]),
    );
  return [...twice, ...wrong.map(() => `${expected}.`)].map((message) => findingAt(node, message));
}

function importsOf(node: ConstDirectiveNode): ReadonlyMap<string, string> {
  const value = argument(node, 'import');
  if (value === undefined) return new Map();
  const elements = value.kind === Kind.LIST ? value.values : [value];
  return new Map(elements.map(importOf).filter((element) => element !== null));
}

function importOf(value: ConstValueNode): readonly [name: string, as: string] | null {
  if (value.kind === Kind.STRING) return [value.value, value.value];
  if (value.kind !== Kind.OBJECT) return null;
  const part = (key: string): string | null => {
    const found = value.fields.find(({ name }) => name.value === key)?.value;
    return found?.kind === Kind.STRING ? found.value : null;
  };
  const name = part('name');
  return name === null ? null : [name, part('as') ?? name];
}

function prefixOf(node: ConstDirectiveNode): string {
  const as = argument(node, 'as');
  if (as?.kind === Kind.STRING) return as.value;
  return FeatureUrl.maybeParse(urlOf(node) ?? '')?.name ?? '';
}

function identityOf(url: string | null): string | null {
  return url === null ? null : (FeatureUrl.maybeParse(url)?.identity ?? null);
}

/** `@link(url:)`, which was `@core(feature:)` in Federation 1. */
function urlOf(node: ConstDirectiveNode): string | null {
  const value = argument(node, 'url') ?? argument(node, 'feature');
  return value?.kind === Kind.STRING ? value.value : null;
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((candidate) => candidate.name.value === name)?.value;
}

function findingAt(node: ConstDirectiveNode, message: string): Finding {
  const token = node.loc?.startToken;
  return {
    rule: 'privacy-link',
    coordinate: 'schema',
    line: token?.line ?? 1,
    column: token?.column ?? 1,
    message,
    node,
  };
}
