import { beforeAll, describe, expect, it } from 'vitest';
import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { ANNOTATIONS, NOT_PERSONAL } from './annotations.ts';
import { githubSchema } from './githubSchema.ts';
import { githubSupergraph } from './githubSupergraph.ts';

/** E-mail addresses, IP addresses, names and locations of people in GitHub's schema, with the category suggested. */
const MUST_FIND: Readonly<Record<string, readonly string[]>> = {
  'contact.email': [
    'AutoMergeRequest.authorEmail',
    'CommitAuthor.emails',
    'CreateSponsorsListingInput.contactEmail',
    'EnablePullRequestAutoMergeInput.authorEmail',
    'EnterpriseAdministratorInvitation.email',
    'EnterpriseMemberInvitation.email',
    'EnterpriseServerUserAccountEmail.email',
    'GitActor.email',
    'GitSignature.email',
    'InviteEnterpriseAdminInput.email',
    'InviteEnterpriseMemberInput.email',
    'Mannequin.email',
    'MergeBranchInput.authorEmail',
    'MergePullRequestInput.authorEmail',
    'OrgAddBillingManagerAuditEntry.invitationEmail',
    'OrgInviteMemberAuditEntry.email',
    'OrganizationInvitation.email',
    'Repository.viewerDefaultCommitEmail',
    'Repository.viewerPossibleCommitEmails',
    'RepositoryInvitation.email',
    'SponsorsListing.contactEmailAddress',
    'User.email',
    'User.organizationVerifiedDomainEmails',
    'UserEmailMetadata.value',
  ],
  'network.ip': ['AuditEntry.actorIp'],
  'identity.name': [
    'EnterpriseServerUserAccount.profileName',
    'EnterpriseUserAccount.name',
    'ExternalIdentitySamlAttributes.familyName',
    'ExternalIdentitySamlAttributes.givenName',
    'ExternalIdentityScimAttributes.familyName',
    'ExternalIdentityScimAttributes.givenName',
    'GitActor.name',
    'User.name',
  ],
  'contact.address': ['AuditEntry.actorLocation', 'User.location'],
};

/** Annotated in `annotations.ts`, and told elsewhere or not at all. */
const TOLD_ELSEWHERE = [
  // Lists of objects: what they hold is told, at UserEmailMetadata.value.
  'ExternalIdentitySamlAttributes.emails',
  'ExternalIdentityScimAttributes.emails',
  // Values of enums are not looked at.
  'EnterpriseServerUserAccountEmailOrderField.EMAIL',
];

const MUST_NOT_FIND = [
  ...Object.keys(NOT_PERSONAL),
  'App.name',
  'Bot.login',
  'CheckRun.name',
  'Comment.createdViaEmail',
  'Enterprise.name',
  'EnterpriseServerInstallation.hostName',
  'ExternalIdentityAttribute.name',
  'GistFile.name',
  'Issue.createdViaEmail',
  'Label.name',
  'License.nickname',
  'Organization.login',
  'Organization.name',
  'Organization.twitterUsername',
  'OrganizationAuditEntryData.organizationName',
  'Package.name',
  'Query.organization(login:)',
  'Query.repository(name:)',
  'Ref.name',
  'Release.tagName',
  'Repository.name',
  'Repository.nameWithOwner',
  'SponsorsListing.name',
  'Sponsorship.isSponsorOptedIntoEmail',
  'Team.name',
  'Topic.name',
  'TreeEntry.name',
  'UpdateEnterpriseProfileInput.name',
  'User.avatarUrl',
  'User.databaseId',
  'User.id',
  'UserList.name',
  'Workflow.name',
];

describe('GitHub’s schema, of which nothing is said', () => {
  let found: readonly RuleFinding[];
  beforeAll(async () => {
    const policy = await loadPolicy('policies/crowdworks/policy.yaml');
    const sdl = githubSupergraph('http://127.0.0.1:1/graphql', []);
    const started = performance.now();
    found = check(sdl, policy);
    const took = (performance.now() - started).toFixed(0);
    process.stdout.write(`GitHub's schema checked in ${took} ms: ${String(found.length)} findings\n`);
  });

  it.each(Object.entries(MUST_FIND))('%s is found where it is', (category, coordinates) => {
    const suggested = found
      .filter(({ mend }) => mend.startsWith(`@personal(category: "${category}")`))
      .map(({ coordinate }) => coordinate);
    expect(suggested).toEqual(expect.arrayContaining([...coordinates]));
  });

  it('everything that was annotated by hand is found', () => {
    const coordinates = new Set(found.map(({ coordinate }) => coordinate));
    const missed = ANNOTATIONS.filter(({ category }) => category !== undefined)
      .map(({ coordinate }) => coordinate)
      .filter((coordinate) => !coordinates.has(coordinate));
    expect(missed).toEqual(TOLD_ELSEWHERE);
  });

  it.each(MUST_NOT_FIND)('%s is not found', (coordinate) => {
    expect(found.map((finding) => finding.coordinate)).not.toContain(coordinate);
  });

  it('has each of them', () => {
    const there = new Set(
      Object.values(githubSchema().getTypeMap()).flatMap((type) => {
        const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
        return fields.flatMap((field) => {
          const coordinate = `${type.name}.${field.name}`;
          const inputs =
            'args' in field
              ? field.args.map(({ name }: { readonly name: string }) => `${coordinate}(${name}:)`)
              : [];
          return [coordinate, ...inputs];
        });
      }),
    );
    expect(MUST_NOT_FIND.filter((coordinate) => !there.has(coordinate))).toEqual([]);
  });

  it('nothing but what looks personal is found, and what all implementers share is told once', () => {
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['looks-personal']));
    expect(found.filter(({ coordinate }) => coordinate.endsWith('.actorIp'))).toHaveLength(1);
    expect(found.length).toBeLessThan(100);
  });

  it('is silent of what has been annotated', async () => {
    const policy = await loadPolicy('policies/crowdworks/policy.yaml');
    const annotated = new Set(ANNOTATIONS.map(({ coordinate }) => coordinate));
    const left = check(githubSupergraph('http://127.0.0.1:1/graphql'), policy).filter(
      ({ rule }) => rule === 'looks-personal',
    );
    expect(left.length).toBeGreaterThan(0);
    expect(left.map(({ coordinate }) => coordinate).filter((each) => annotated.has(each))).toEqual([]);
  });
});

function check(sdl: string, policy: Policy): readonly RuleFinding[] {
  return checkSupergraph({
    supergraph: { sdl, file: 'github.graphql' },
    subgraphs: [],
    policy,
    settings: DEFAULT_SETTINGS,
  });
}
