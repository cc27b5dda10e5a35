/** What is said of one construct in docs/federation.md. */
export interface ConstructNote {
  /** How unannotated operations are answered. */
  readonly answered: 'as by ApolloGateway' | 'refused, as by ApolloGateway' | 'by the specification';
  /** What an annotation there means. */
  readonly means: string;
}

const as = (means: string): ConstructNote => ({ answered: 'as by ApolloGateway', means });
const refused = (means: string): ConstructNote => ({ answered: 'refused, as by ApolloGateway', means });

const served = (means: string): ConstructNote => ({ answered: 'by the specification', means });

const NOT_SERVED = 'Nothing is served, annotated or not.';
const NO_EFFECT = 'It changes nothing about annotations beside it.';

/** Directives of Apollo Federation 2.9, all of them. */
export const DIRECTIVES = {
  '@link': as('Annotations are known by the URL that is linked, whatever the directives are called.'),
  '@key': as(
    'A personal key binds what is said by subgraphs that are entered by it alone. The key itself still goes from subgraph to subgraph.',
  ),
  '@extends': as('An annotation on an extension counts like any other.'),
  '@external': as('A field is bound by the annotations of the subgraphs that resolve it.'),
  '@requires': as('What is made of a personal field is as personal as that field.'),
  '@provides': as('A provided copy is bound like the field itself.'),
  '@shareable': as('All copies of a field are bound by the annotations of any.'),
  '@override': as('Annotations of the old home and of the new one unite.'),
  '@interfaceObject': as('Its fields are bound on every implementer.'),
  '@inaccessible': as(
    'A hidden field binds as a key or `@requires` input like another. It cannot be a subject: such data is shown to nobody.',
  ),
  '@tag': as(NO_EFFECT),
  '@composeDirective': as(`${NO_EFFECT} The privacy directives need one each.`),
  '@cost': as(NO_EFFECT),
  '@listSize': as(NO_EFFECT),
  '@authenticated': refused(NOT_SERVED),
  '@requiresScopes': refused(NOT_SERVED),
  '@policy': refused(NOT_SERVED),
  '@context': served('Personal fields that are taken from an object above bind what takes them.'),
  '@fromContext': served(
    'What is made of a personal field above is shown to nobody, since nothing ties it to a person who is known; a reviewed declassification ends that.',
  ),
} as const satisfies Record<string, ConstructNote>;

/** Constructs beside the directives themselves, as Apollo's pages on entities, composition and operations name them. */
export const CONSTRUCTS = {
  ...DIRECTIVES,
  'compound keys': as('One personal part makes the key personal.'),
  'nested keys': as('A personal field within a key makes the key personal.'),
  'several keys': as('Nothing is derived where one of the keys that lead there is not personal.'),
  'keys that differ between subgraphs': as('The key on the way is fetched, and not shown.'),
  'keys that are not resolvable': as('A reference is bound like the entity.'),
  'references to nothing': as('A denied field shows its constant whether or not there is an entity.'),
  '@key on an interface': as('Annotations of the interface bind every implementer.'),
  '@requires with arguments': as('The required value is bound, whatever arguments it is required with.'),
  '@requires of nested fields': as('A personal field anywhere within binds the derived one.'),
  '@requires of list items': as(
    'One personal field of the items binds the derived one; all items’ subjects must permit.',
  ),
  '@requires in chains': as('Bound through all links of the chain.'),
  '@requires through interfaces': as('A personal field of one type within binds the derived one.'),
  'progressive @override': as('Annotations of both homes unite, whichever answers.'),
  'value types': as('Bound by the annotations of any subgraph.'),
  'fields with types that differ': as(
    'Bound by the annotations of any subgraph; the merged type decides what stands there.',
  ),
  'shared root fields': as(
    'Denied to everybody: a root has no subject, unless the annotation is on what it returns.',
  ),
  interfaces: as(
    'An annotation on an interface binds the field on every implementer; one on an implementer binds that type.',
  ),
  'interfaces across subgraphs': as('The concrete type of each object decides.'),
  'unions across subgraphs': as('The concrete type of each object decides.'),
  'enums as output': as('An annotated enum binds every field that returns it.'),
  'enums as input': as('An annotated value is refused as an argument, by default or given.'),
  'input types': as(
    'An annotated input field is refused before anything is fetched, unless the purpose lists it as a look-up.',
  ),
  'arguments of shared fields': as('Refused by the annotations of any subgraph.'),
  'default values': as('A default counts as given.'),
  'custom scalars': as(
    'An annotated scalar binds every field that returns it, and every argument that takes it.',
  ),
  mutations: as('A mutation runs; what it returns is masked. Personal input is for clients that may write.'),
  'mutations across subgraphs': as('Run in order; what may not be shown is not fetched afterwards.'),
  '@skip and @include': as('What is switched off is neither asked for nor reported.'),
  fragments: as('Bound by the concrete type, not by the fragment’s.'),
  variables: as('Values are judged after coercion.'),
  aliases: as('Bound by what is selected, whatever it is called.'),
  __typename: as('Shown, except of an object whose presence is personal.'),
  introspection: as('Shows the schema as clients may query it.'),
  'several operations': as('The chosen one counts.'),
  'lists of lists': as('A denied list is empty; rows are reported level by level.'),
  'null for non-null': as(
    'Masks come first: a denied field shows its constant where there was a null. A type that cannot hold one is rejected: null and an error, and nulls propagate.',
  ),
  'errors of fields': as('Not told where the field is denied.'),
  'errors of entities': as('Not told where the field is denied.'),
  'partial data': as('What did arrive is masked as always.'),
  'HTTP errors': as('Denied fields show their constants all the same.'),
  'malformed answers': {
    answered: 'by the specification',
    means: 'What is no list or object is null; a denied field shows its constant all the same.',
  },
  'subgraphs that are late': {
    answered: 'by the specification',
    means: 'Denied fields show their constants all the same.',
  },
  '@defer': refused('Refused when the operation is validated.'),
  subscriptions: refused('Refused when the operation is validated.'),
} as const satisfies Record<string, ConstructNote>;

/** A construct that the table has rows for. */
export type Construct = keyof typeof CONSTRUCTS;
