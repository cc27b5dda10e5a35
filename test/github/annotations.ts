/** An application of `@personal` that the test adds to GitHub's schema. */
export interface Annotation {
  /** `Type`, `Type.field`, `Input.field` or `Enum.VALUE`. */
  readonly coordinate: string;
  readonly category?: string;
  readonly subject?: readonly string[];
  readonly namespace?: string;
}

// A person is named by login, which GitHub keeps unique, and not by `id`: an audit entry gives the person who
// acted as a union (`actor`), through which no field set of one leaf leads, but also as `actorLogin`.
const LOGIN = ['login'];
const ACTOR = ['actorLogin'];

/**
 * What is personal in GitHub's schema: e-mail addresses, names, locations and IP addresses of people. Those of
 * organizations and enterprises are not personal data.
 */
export const ANNOTATIONS: readonly Annotation[] = [
  { coordinate: 'User', subject: LOGIN },
  { coordinate: 'User.email', category: 'contact.email' },
  { coordinate: 'User.name', category: 'identity.name' },
  { coordinate: 'User.location', category: 'contact.address' },
  { coordinate: 'User.organizationVerifiedDomainEmails', category: 'contact.email' },

  { coordinate: 'GitActor', subject: ['user { login }'] },
  { coordinate: 'GitActor.email', category: 'contact.email' },
  { coordinate: 'GitActor.name', category: 'identity.name' },
  // On the interface alone: its implementers are bound through it.
  { coordinate: 'GitSignature.email', category: 'contact.email', subject: ['signer { login }'] },
  { coordinate: 'AutoMergeRequest.authorEmail', category: 'contact.email', subject: ['enabledBy { login }'] },
  { coordinate: 'Mannequin.email', category: 'contact.email', subject: ['claimant { login }'] },

  // About 60 kinds of audit entry implement this interface.
  { coordinate: 'AuditEntry.actorIp', category: 'network.ip', subject: ACTOR },
  { coordinate: 'AuditEntry.actorLocation', category: 'contact.address', subject: ACTOR },
  { coordinate: 'OrgInviteMemberAuditEntry.email', category: 'contact.email', subject: ['user { login }'] },
  {
    coordinate: 'OrgAddBillingManagerAuditEntry.invitationEmail',
    category: 'contact.email',
    subject: ['userLogin'],
  },

  { coordinate: 'OrganizationInvitation.email', category: 'contact.email', subject: ['invitee { login }'] },
  { coordinate: 'RepositoryInvitation.email', category: 'contact.email', subject: ['invitee { login }'] },
  {
    coordinate: 'EnterpriseAdministratorInvitation.email',
    category: 'contact.email',
    subject: ['invitee { login }'],
  },
  {
    coordinate: 'EnterpriseMemberInvitation.email',
    category: 'contact.email',
    subject: ['invitee { login }'],
  },

  { coordinate: 'EnterpriseUserAccount', subject: ['user { login }'] },
  // "An identifier for the enterprise user account, a login or email address", says the schema.
  { coordinate: 'EnterpriseUserAccount.login', category: 'contact.email' },
  { coordinate: 'EnterpriseUserAccount.name', category: 'identity.name' },
  { coordinate: 'EnterpriseServerUserAccount', subject: LOGIN, namespace: 'server' },
  { coordinate: 'EnterpriseServerUserAccount.profileName', category: 'identity.name' },
  {
    coordinate: 'EnterpriseServerUserAccountEmail.email',
    category: 'contact.email',
    subject: ['userAccount { login }'],
    namespace: 'server',
  },

  // What hangs below takes its subject from the identity around it.
  { coordinate: 'ExternalIdentity', subject: ['user { login }'] },
  { coordinate: 'ExternalIdentitySamlAttributes.givenName', category: 'identity.name' },
  { coordinate: 'ExternalIdentitySamlAttributes.familyName', category: 'identity.name' },
  { coordinate: 'ExternalIdentitySamlAttributes.nameId', category: 'contact.email' },
  { coordinate: 'ExternalIdentitySamlAttributes.emails', category: 'contact.email' },
  { coordinate: 'ExternalIdentityScimAttributes.givenName', category: 'identity.name' },
  { coordinate: 'ExternalIdentityScimAttributes.familyName', category: 'identity.name' },
  { coordinate: 'ExternalIdentityScimAttributes.emails', category: 'contact.email' },
  { coordinate: 'UserEmailMetadata.value', category: 'contact.email' },

  // No path leads to the person, so these are never shown on the strength of anyone's permission.
  { coordinate: 'SponsorsListing.contactEmailAddress', category: 'contact.email' },
  { coordinate: 'Repository.viewerDefaultCommitEmail', category: 'contact.email' },
  { coordinate: 'Repository.viewerPossibleCommitEmails', category: 'contact.email' },

  // Searching and ordering by an address tells who has it.
  { coordinate: 'CommitAuthor.emails', category: 'contact.email' },
  { coordinate: 'EnterpriseServerUserAccountEmailOrderField.EMAIL', category: 'contact.email' },
];

/** Fields that look like the above by their name and are not: each with the reason, so that none is overlooked. */
export const NOT_PERSONAL: Readonly<Record<string, string>> = {
  'Organization.email': 'of an organization',
  'Organization.location': 'of an organization',
  'Organization.organizationBillingEmail': 'of an organization',
  'Enterprise.billingEmail': 'of an organization',
  'Enterprise.location': 'of an organization',
  'MarketplaceListing.supportEmail': 'of a product',
  'ProfileOwner.email': 'personal only where the owner is a User',
  'ProfileOwner.location': 'personal only where the owner is a User',
  'GitHubMetadata.gitIpAddresses': 'of servers',
  'GitHubMetadata.githubEnterpriseImporterIpAddresses': 'of servers',
  'GitHubMetadata.hookIpAddresses': 'of servers',
  'GitHubMetadata.importerIpAddresses': 'of servers',
  'GitHubMetadata.pagesIpAddresses': 'of servers',
  'CheckAnnotation.location': 'a place in a file',
};
