import type { ReadingRule } from './rule.ts';

/** An annotation that binds nothing. */
export const idleAnnotation: ReadingRule = {
  name: 'idle-annotation',
  over: 'reading',
  severity: 'error',
  why: '`@purpose`, a mask, `otherwise` or a subject on a field bind only where something makes it personal. Where nothing does, the field is shown to everybody, which its author cannot have meant.',
  mend: 'Give the field its category with `@personal(category: …)`, or take the annotation away.',
  examples: [
    {
      title: 'Purposes for a field that nothing makes personal, and a subject that nobody needs.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") {
            id: ID!
            email: String @purpose(allow: ["service.support"])
            phone: String @personal(subject: ["id"])
          }`,
      },
      finds: ['User.email', 'User.phone'],
    },
    {
      title: 'A category on the type makes all its fields personal.',
      subgraphs: {
        accounts: `
          type Query { me: User }
          type User @key(fields: "id") @personal(category: "contact.email", subject: ["id"]) {
            id: ID!
            email: String @purpose(allow: ["service.support"])
          }`,
      },
      finds: [],
    },
  ],
};
