import { wordsOf } from './wordsOf.ts';

const words = (text: string): ReadonlySet<string> => new Set(wordsOf(text));

/** What people are called in names of types, at their end and in the singular: `OrderCustomer`, `CustomerInput`. */
export const PEOPLE = words(`
  account actor admin administrator applicant assignee attendee author beneficiary buyer caller candidate citizen
  claimant client collaborator colleague committer contact contractor contributor creator customer dependent doctor
  donor driver editor employee employer freelancer friend guardian guest human identity individual instructor invitee
  inviter learner lecturer maintainer manager mannequin member mentor operator owner participant passenger patient
  payee payer person player profile purchaser recipient referrer registrant reporter representative requester resident
  respondent reviewer saml scim seller sender shopper signer sponsor staff student subscriber teacher tenant trainee
  user viewer visitor volunteer voter worker writer
  kaiin kokyaku shain riyousha riyosha tantousha tantosha juugyouin okyaku daihyousha daihyosha hogosha kanja seito
`);

const NO_ROLES = words('account admin client driver identity parent player profile saml scim tenant');
/** Those of them who, before what looks personal, say whose it is: `authorEmail`, but not `accountName`. */
export const ROLES: ReadonlySet<string> = new Set([...PEOPLE].filter((word) => !NO_ROLES.has(word)));

/** Whose e-mail address or telephone is not a person's, as types and right before what looks personal. */
export const ORGANIZATIONS = words(`
  agency airline association bank branch brand business chain charity church city clinic club college community
  company corporate corporation department division enterprise facility firm foundation franchise government hospital
  hotel institution laboratory library manufacturer merchant ministry municipality museum office org organisation
  organization partner restaurant retailer salon school shop store studio supplier team university vendor venue
  warehouse
  kaisha kigyou kigyo houjin hojin tenpo gakkou
`);

/** What acts without being a person. */
export const MACHINES = words(`
  api app application bot cluster connector container database db device endpoint gateway installation instance
  integration ldap machine network plugin printer proxy robot router sensor server service smtp subnet system webhook
`);

/** Right before what looks personal: it is for whoever writes, or signs in, to a product. */
export const DESKS = words(
  'abuse help helpdesk info noreply press product sales security site support wallet',
);

/** Before an IP address: whose machines it is about. */
export const SERVER_SIDE = words(`
  allow balancer block cidr deny destination dns egress end excluded hook host importer included ingress internal
  listen load local nat node page private range start static target upstream
`);

/** Ends of type names that say nothing of whom the type is about. */
export const FILLERS = words(`
  arg argument attribute change connection create data datum detail dto edge entity field filter information input
  interface metadata object param parameter patch payload record request response search sort summary type update
  upsert where
`);

/** Words that may stand between a person and what is theirs, or before it: `homeAddress`, `displayName`. */
export const QUALIFIERS = words(`
  actual all alternate alternative backup billing contact current default delivery display emergency full home
  known last legal main mailing my new old original permanent personal preferred previous primary private profile
  public real recovery registered residential secondary shipping temporary unverified verified work your
`);

/** Ends of names that say how something is written, not what it is. */
export const SPELLINGS = words(
  'en english formatted ja japanese jp line normalized plain raw roman romaji string text',
);
