import { GraphQLError, Kind, parse, print, Source } from 'graphql';
import type {
  ASTNode,
  ConstDirectiveNode,
  DefinitionNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
} from 'graphql';
import type { RuleFinding } from '../rules/finding.ts';
import type { SchemaText } from '../subgraphSource.ts';
import { graphqlFinding, overlayFinding } from './composeFindings.ts';

/** One `--overlay`: annotations for a subgraph that cannot be edited, as `extend type` SDL. */
export interface OverlayText extends SchemaText {
  /** The subgraph that it annotates; `null`: every one that defines what it extends. */
  readonly subgraph: string | null;
}

/** What an overlay says of one element of a schema. */
export interface Addition {
  /** `Type`, `Type.field`, `Type.field(argument:)` or `Enum.VALUE`. */
  readonly coordinate: string;
  /** `null`: any subgraph. */
  readonly subgraph: string | null;
  /** Kind of the type that it extends. */
  readonly extends: ExtensionKind;
  /** The field's, argument's or input field's type with its default, as printed; `null` for types and enum values. */
  readonly type: string | null;
  /** `@personal` and `@purpose` by these names; none where an element only leads to an argument of its own. */
  readonly directives: readonly ConstDirectiveNode[];
  readonly node: ASTNode;
}

const EXTENSIONS = {
  [Kind.OBJECT_TYPE_EXTENSION]: 'type',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
} as const;

/** The keyword after `extend`. */
export type ExtensionKind = (typeof EXTENSIONS)[keyof typeof EXTENSIONS];

/** Reads an overlay; what it may not hold goes to `findings` and is left out. */
export function readOverlay(
  { file, sdl, subgraph }: OverlayText,
  findings: RuleFinding[],
): readonly Addition[] {
  try {
    const { definitions } = parse(new Source(sdl, file));
    return definitions.flatMap((definition) => readExtension(definition, subgraph, findings));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    findings.push(graphqlFinding(error, file));
    return [];
  }
}

function readExtension(
  definition: DefinitionNode,
  subgraph: string | null,
  findings: RuleFinding[],
): readonly Addition[] {
  if (!isExtension(definition)) {
    const name = 'name' in definition ? (definition.name?.value ?? 'schema') : 'schema';
    const coordinate = definition.kind === Kind.DIRECTIVE_DEFINITION ? `@${name}` : name;
    const message = `an overlay holds extend type, interface, scalar, enum and input alone, not ${definition.kind}.`;
    findings.push(overlayFinding(definition, coordinate, message));
    return [];
  }
  const name = definition.name.value;
  const additions: Addition[] = [];
  const add = (
    coordinate: string,
    node: ASTNode & { readonly directives?: readonly ConstDirectiveNode[] },
    type: string | null,
  ): void => {
    const directives = (node.directives ?? []).filter((directive) => {
      if (['personal', 'purpose'].includes(directive.name.value)) return true;
      const message = `an overlay adds @personal and @purpose alone, not @${directive.name.value}.`;
      findings.push(overlayFinding(directive, coordinate, message));
      return false;
    });
    additions.push({ coordinate, subgraph, extends: EXTENSIONS[definition.kind], type, directives, node });
  };
  add(name, definition, null);
  for (const member of membersOf(definition)) {
    const coordinate = `${name}.${member.name.value}`;
    add(coordinate, member, member.kind === Kind.ENUM_VALUE_DEFINITION ? null : typeOf(member));
    if (member.kind !== Kind.FIELD_DEFINITION) continue;
    for (const input of member.arguments ?? []) {
      add(`${coordinate}(${input.name.value}:)`, input, typeOf(input));
    }
  }
  if ('interfaces' in definition && (definition.interfaces ?? []).length > 0) {
    findings.push(overlayFinding(definition, name, 'an overlay adds no interfaces.'));
  }
  return additions;
}

type Extension = Extract<DefinitionNode, { kind: keyof typeof EXTENSIONS }>;

function isExtension(definition: DefinitionNode): definition is Extension {
  return definition.kind in EXTENSIONS;
}

type Member = NonNullable<Exclude<Extract<Extension, { fields?: unknown }>['fields'], undefined>>[number];

function membersOf(
  definition: Extension,
): readonly (Member | NonNullable<Extract<Extension, { values?: unknown }>['values']>[number])[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_EXTENSION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return definition.fields ?? [];
    case Kind.ENUM_TYPE_EXTENSION:
      return definition.values ?? [];
    case Kind.SCALAR_TYPE_EXTENSION:
      return [];
  }
}

/** A field's or an input's type, and its default where it has one, so that two can be compared. */
export function typeOf(node: FieldDefinitionNode | InputValueDefinitionNode): string {
  const written = 'defaultValue' in node ? node.defaultValue : undefined;
  return written === undefined ? print(node.type) : `${print(node.type)} = ${print(written)}`;
}
