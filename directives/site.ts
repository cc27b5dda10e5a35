import { Kind } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode } from 'graphql';
import { directiveNames, privacyLink } from './links.ts';
import type { Finding, ReadingRuleName } from './directiveError.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** A place of a supergraph where a directive may stand. */
export interface Site {
  /** `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `Input.field`, `@directive` or `schema`. */
  readonly coordinate: string;
  /** The GraphQL directive location. */
  readonly location:
    | 'SCHEMA'
    | 'OBJECT'
    | 'INTERFACE'
    | 'UNION'
    | 'SCALAR'
    | 'ENUM'
    | 'ENUM_VALUE'
    | 'FIELD_DEFINITION'
    | 'ARGUMENT_DEFINITION'
    | 'INPUT_OBJECT'
    | 'INPUT_FIELD_DEFINITION';
  /** The type that it is or belongs to; empty for the schema and for directive definitions. */
  readonly type: string;
  readonly directives: readonly ConstDirectiveNode[];
}

/** One application of a directive, with the means to complain about it. */
export interface Application {
  readonly site: Site;
  readonly node: ConstDirectiveNode;
  readonly complain: (rule: ReadingRuleName, message: string) => void;
}

/**
 * Every application of one directive of the privacy spec, under whatever name the supergraph links it.
 * Complaints, such as those about a place where it may not stand, go to `findings`.
 */
export function applicationsOf(
  index: SupergraphIndex,
  directive: string,
  allowed: readonly Site['location'][],
  findings: Finding[],
): readonly Application[] {
  const names = directiveNames(privacyLink(index.links), directive);
  const applications: Application[] = [];
  if (names.size === 0) return applications;
  for (const site of sites(index, names)) {
    for (const node of site.directives) {
      if (!names.has(node.name.value)) continue;
      const complain = (rule: ReadingRuleName, message: string): void => {
        const token = node.loc?.startToken;
        findings.push({
          rule,
          coordinate: site.coordinate,
          line: token?.line ?? 1,
          column: token?.column ?? 1,
          message: `@${directive}: ${message}`,
          node,
        });
      };
      if (allowed.includes(site.location)) applications.push({ site, node, complain });
      else
        complain(
          'misplaced-application',
          `cannot stand on ${site.location}; expected one of ${allowed.join(', ')}.`,
        );
    }
  }
  return applications;
}

/** Complains of every argument that is not among those expected. */
export function refuseOtherArguments({ node, complain }: Application, expected: readonly string[]): void {
  for (const { name } of node.arguments ?? []) {
    if (!expected.includes(name.value)) {
      complain(
        'unknown-argument',
        `unknown argument "${name.value}"; expected one of ${expected.join(', ')}.`,
      );
    }
  }
}

/** Whether an argument is there and not null. */
export function hasArgument({ node }: Application, name: string): boolean {
  return argument(node, name) !== null;
}

/** A string argument; `null` where it is absent or null. Anything else is complained of. */
export function stringArgument(
  application: Application,
  name: string,
  emptiness: 'may be empty' | 'not empty' = 'not empty',
): string | null {
  const value = argument(application.node, name);
  if (value === null) return null;
  if (value.kind === Kind.STRING && (value.value.trim() !== '' || emptiness === 'may be empty')) {
    return value.value.trim();
  }
  application.complain(
    'malformed-application',
    `expected ${name} to be a string${emptiness === 'not empty' ? ' that is not empty' : ''}.`,
  );
  return null;
}

/** A list of strings; `null` where it is absent or null. One string stands for a list of one, as in GraphQL. */
export function stringsArgument(application: Application, name: string): readonly string[] | null {
  const value = argument(application.node, name);
  if (value === null) return null;
  const elements = value.kind === Kind.LIST ? value.values : [value];
  const strings = elements.flatMap((element) =>
    element.kind === Kind.STRING && element.value.trim() !== '' ? [element.value] : [],
  );
  if (strings.length !== elements.length) {
    application.complain(
      'malformed-application',
      `expected ${name} to be a list of strings that are not empty.`,
    );
  }
  return strings;
}

const DOTTED_KEY = /^[A-Za-z][\w-]*(?:\.[A-Za-z0-9][\w-]*)*$/;

/** Complains of a category or purpose that is no dotted key. */
export function refuseOddKeys({ complain }: Application, name: string, keys: readonly string[]): void {
  if (keys.some((key) => !DOTTED_KEY.test(key))) {
    complain('malformed-application', `expected ${name} to be dotted keys such as "contact.email".`);
  }
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | null {
  const value = node.arguments?.find((candidate) => candidate.name.value === name)?.value;
  return value === undefined || value.kind === Kind.NULL ? null : value;
}

/** The places that bear a directive of one of these names. */
function* sites({ document, types }: SupergraphIndex, names: ReadonlySet<string>): Generator<Site> {
  const bears = (directives: readonly ConstDirectiveNode[] = []): boolean =>
    directives.some(({ name }) => names.has(name.value));
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      yield { coordinate: 'schema', location: 'SCHEMA', type: '', directives: node.directives ?? [] };
    } else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      for (const input of node.arguments ?? []) {
        const coordinate = `@${node.name.value}(${input.name.value}:)`;
        yield { coordinate, location: 'SCHEMA', type: '', directives: input.directives ?? [] };
      }
    }
  }
  for (const { name: type, kind, directives: ofType, fields, inputFields, values } of types.values()) {
    if (bears(ofType)) yield { coordinate: type, location: kind, type, directives: ofType };
    for (const { name, directives, inputs } of fields.values()) {
      const coordinate = `${type}.${name}`;
      if (bears(directives)) yield { coordinate, location: 'FIELD_DEFINITION', type, directives };
      for (const input of inputs.values()) {
        if (!bears(input.directives)) continue;
        const ofInput = `${coordinate}(${input.name}:)`;
        yield { coordinate: ofInput, location: 'ARGUMENT_DEFINITION', type, directives: input.directives };
      }
    }
    for (const { name, directives } of inputFields.values()) {
      if (!bears(directives)) continue;
      yield { coordinate: `${type}.${name}`, location: 'INPUT_FIELD_DEFINITION', type, directives };
    }
    for (const [value, directives] of values) {
      if (bears(directives))
        yield { coordinate: `${type}.${value}`, location: 'ENUM_VALUE', type, directives };
    }
  }
}
