/** An operation over GitHub's schema and what of its answer is personal. */
export interface GithubOperation {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Coordinates by concrete type that must come back masked; `*.actorIp` for that of any audit entry. */
  readonly masked: readonly string[];
  /** Those of `masked` that stay hidden from support, which may read what else is known of a person. */
  readonly hiddenFromSupport?: readonly string[];
  /** Some that must come back as they are. */
  readonly shown: readonly string[];
}

/** Operations that reach personal fields through unions and interfaces in the ways GitHub's clients do. */
export const OPERATIONS: readonly [GithubOperation, ...GithubOperation[]] = [
  {
    name: 'search results, a union',
    query: `query Search {
      search(query: "sudare", type: USER, first: 10) {
        nodes {
          __typename
          ... on User { login name email location }
          ... on Organization { login name address: email location }
          ... on Repository { title: name owner { login } }
          ... on Issue { heading: title author { login ... on User { mail: email } } }
        }
      }
    }`,
    masked: ['User.email', 'User.location', 'User.name'],
    shown: [
      'Organization.email',
      'Organization.location',
      'Organization.name',
      'Repository.name',
      'Issue.title',
    ],
  },
  {
    name: 'a node by its id',
    query: `query Node($id: ID!) { node(id: $id) { id __typename ... on User { login email: name name: email } } }`,
    variables: { id: 'User:1' },
    masked: ['User.email', 'User.name'],
    shown: ['User.login'],
  },
  {
    name: 'a node that is no person',
    query: `query Node($id: ID!) { node(id: $id) { ...Owner } } fragment Owner on ProfileOwner { login name email }`,
    variables: { id: 'Organization:1' },
    masked: [],
    shown: ['Organization.email', 'Organization.login', 'Organization.name'],
  },
  {
    name: 'owners through their interface',
    query: `query Owners($ids: [ID!]!) {
      nodes(ids: $ids) { ... on ProfileOwner { __typename login name email place: location } }
    }`,
    variables: { ids: ['User:1', 'Organization:1', 'Issue:1', 'User:2'] },
    masked: ['User.email', 'User.location', 'User.name'],
    shown: ['Organization.email', 'Organization.location', 'Organization.name'],
  },
  {
    name: 'the audit log, some sixty types of one interface',
    query: `query AuditLog {
      organization(login: "sudare") {
        auditLog(first: 100) {
          nodes {
            __typename
            ... on AuditEntry { action actorLogin actorIp actorLocation { city country } }
            ... on OrgInviteMemberAuditEntry { email }
            ... on OrgAddBillingManagerAuditEntry { invitationEmail }
          }
        }
      }
    }`,
    masked: [
      '*.actorIp',
      'ActorLocation.city',
      'ActorLocation.country',
      'OrgAddBillingManagerAuditEntry.invitationEmail',
      'OrgInviteMemberAuditEntry.email',
    ],
    // The policy gives support the network of an address.
    hiddenFromSupport: ['*.actorIp'],
    shown: ['OrgCreateAuditEntry.action', 'TeamAddMemberAuditEntry.actorLogin'],
  },
  {
    name: 'who may be assigned, and to what',
    query: `query Assignables {
      repository(owner: "sudare", name: "sudare") {
        assignableUsers(first: 2) { nodes { login name email } }
        issue(number: 1) {
          ... on Assignable { assignees(first: 2) { edges { node { login name location } } } }
        }
      }
    }`,
    masked: ['User.email', 'User.location', 'User.name'],
    shown: ['User.login'],
  },
  {
    name: 'a timeline, a union of events with actors and commits',
    query: `query Timeline {
      repository(owner: "sudare", name: "sudare") {
        nameWithOwner
        pullRequest(number: 1) {
          title
          timelineItems(first: 100) {
            nodes {
              __typename
              ... on AssignedEvent { assignee { __typename ... on User { login email } ... on Mannequin { login mail: email } } }
              ... on PullRequestCommit { commit { ...Commit } }
              ... on ReferencedEvent { referenced: commit { ...Commit } }
              ... on IssueComment { bodyText author { login ... on EnterpriseUserAccount { name } ... on User { name } } }
              ... on AutoMergeEnabledEvent { pullRequest { autoMergeRequest { authorEmail commitHeadline } } }
            }
          }
        }
      }
    }
    fragment Commit on Commit {
      oid
      author { name email user { login } }
      committer { name email }
      signature { __typename email state }
    }`,
    masked: ['AutoMergeRequest.authorEmail', 'GitActor.email', 'GitActor.name'],
    shown: ['AutoMergeRequest.commitHeadline', 'Commit.oid', 'IssueComment.bodyText', 'PullRequest.title'],
  },
  {
    name: 'a login that is personal on one kind of actor only',
    query: `query Actors($ids: [ID!]!) { nodes(ids: $ids) { ... on Actor { __typename login } } }`,
    variables: { ids: ['User:1', 'EnterpriseUserAccount:1', 'Bot:1'] },
    masked: ['EnterpriseUserAccount.login'],
    shown: ['Bot.login', 'User.login'],
  },
  {
    name: 'signatures, an interface annotated itself',
    query: `query Signatures($ids: [ID!]!) {
      nodes(ids: $ids) { ... on Commit { oid signature { __typename email payload ... on SshSignature { keyFingerprint } } } }
    }`,
    variables: { ids: Array.from({ length: 16 }, (_, index) => `Commit:${String(index)}`) },
    masked: ['GpgSignature.email', 'SmimeSignature.email', 'SshSignature.email', 'UnknownSignature.email'],
    shown: ['Commit.oid', 'GpgSignature.payload', 'SshSignature.keyFingerprint'],
  },
  {
    name: 'identities of single sign-on, personal without an id of their own',
    query: `query Identities {
      organization(login: "sudare") {
        samlIdentityProvider {
          externalIdentities(first: 2) {
            nodes {
              guid
              samlIdentity { givenName familyName nameId emails { value type primary } }
              scimIdentity { familyName username }
            }
          }
        }
      }
    }`,
    masked: [
      'ExternalIdentitySamlAttributes.familyName',
      'ExternalIdentitySamlAttributes.givenName',
      'ExternalIdentitySamlAttributes.nameId',
      'ExternalIdentityScimAttributes.familyName',
      'UserEmailMetadata.type',
      'UserEmailMetadata.value',
    ],
    // Reached in two ways, and without a subject of its own.
    hiddenFromSupport: ['UserEmailMetadata.value'],
    shown: ['ExternalIdentity.guid', 'ExternalIdentityScimAttributes.username'],
  },
  {
    name: 'addresses of which no path leads to the person',
    query: `query Unresolved {
      repository(owner: "sudare", name: "sudare") { name viewerDefaultCommitEmail viewerPossibleCommitEmails }
      viewer { login sponsorsListing { slug contactEmailAddress } }
    }`,
    masked: [
      'Repository.viewerDefaultCommitEmail',
      'Repository.viewerPossibleCommitEmails',
      'SponsorsListing.contactEmailAddress',
    ],
    hiddenFromSupport: [
      'Repository.viewerDefaultCommitEmail',
      'Repository.viewerPossibleCommitEmails',
      'SponsorsListing.contactEmailAddress',
    ],
    shown: ['Repository.name', 'SponsorsListing.slug', 'User.login'],
  },
];

/** Operations that are refused before anything is fetched: they search or order by a personal value. */
export const REFUSED: readonly GithubOperation[] = [
  {
    name: 'history searched by the author’s address',
    query: `query History($emails: [String!]) {
      repository(owner: "sudare", name: "sudare") {
        object(expression: "HEAD") { ... on Commit { history(first: 2, author: { emails: $emails }) { totalCount } } }
      }
    }`,
    variables: { emails: ['someone@mail.example'] },
    masked: [],
    shown: [],
  },
];
