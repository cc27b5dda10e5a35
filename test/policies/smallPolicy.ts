import { parsePolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';

/** The smallest policy that has every kind of basis, recipient and setting; tests change it line by line. */
export const SMALL_POLICY = `
name: small
namespace: user
revisions:
  - { effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }
controllers: [{ article: '1', name: Example, address: unknown }]
officer: { article: '6', name: Officer, address: unknown }
contact: { article: '10', name: Desk, address: unknown }
collection: { website: Entered }
channels: { survey: Survey, telephone: Telephone }
masks:
  hidden: { kind: constant }
  domain: { kind: email }
  token: { kind: pseudonym }
scalars: { DateTime: '1970-01-01T00:00:00Z' }
categories:
  contact.email: { article: '2', identifying: true, mask: domain, format: email, dpv: 'https://example.test/e', collected: [website] }
  contact.name: { article: '2', identifying: true, mask: hidden, dpv: 'https://example.test/n', collected: [website] }
  secret: { article: '2', identifying: true, never: true, mask: hidden, dpv: 'https://example.test/s', collected: [website] }
  cookie: { article: '9', identifying: false, mask: token, dpv: 'https://example.test/c', collected: [website] }
purposes:
  service:
    { article: '4', text: Service, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: notified, group: notified }, levels: { contact: full }, lookups: [contact.email], channels: [survey] }
  service.part:
    { article: '4', text: Part, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: notified }, levels: { contact: masked }, channels: [survey] }
  upkeep:
    { article: '4', text: Upkeep, dpv: 'https://example.test/p', since: unknown, objectable: false, suspendable: false,
      basis: { internal: notified }, levels: { contact: full } }
  offers:
    { article: '4', text: Offers, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: consent, third_party.acme: consent }, levels: { contact: full }, channels: [survey] }
  offers.seasonal:
    { article: '4', text: Seasonal, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: consent }, levels: { contact.email: full }, channels: [survey] }
  panel:
    { article: '4', text: Panel, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: consent, third_party.acme: consent }, levels: { contact: full }, fallback: masked }
  agreed:
    { article: '4', text: Agreed, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true }
  agreed.sample:
    { article: '4', text: Sample, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { internal: consent }, levels: { contact: full } }
  advertising:
    { article: '9', text: Ads, dpv: 'https://example.test/p', since: unknown, objectable: true, suspendable: true,
      basis: { advertiser: notified }, levels: { cookie: full }, lookups: [cookie] }
  disclosure.law:
    { article: '7', text: Law, dpv: 'https://example.test/p', since: unknown, objectable: false, suspendable: false,
      basis: { authority: ground }, levels: { contact.email: full, contact.name: masked }, lookups: [contact.email] }
  rights.access:
    { article: '8', text: Access, dpv: 'https://example.test/p', since: unknown, objectable: false, suspendable: false,
      basis: { internal: self }, levels: { contact: full } }
recipients:
  internal: { kind: internal, name: Us, article: '1' }
  group: { kind: group, name: Group, article: '5' }
  authority: { kind: authority, name: Court, article: '7' }
  third_party.acme: { kind: third_party, name: Acme, article: '7' }
  advertiser.ads: { kind: advertiser, name: Ads, article: '9', optOut: unknown }
grounds:
  law: { article: '7', purposes: [disclosure.law, service], categories: [contact, secret], recipients: [authority, advertiser] }
clients:
  desk: { name: Desk, recipients: [internal], purposes: [service, upkeep], write: true }
  many: { name: Many, recipients: [internal, third_party.acme], purposes: [offers, panel, agreed] }
  legal: { name: Legal, recipients: [authority, internal], purposes: [disclosure, service], grounds: [law] }
`;

/** The small policy with some of its text replaced. Throws where a text to replace is not there. */
export function smallPolicy(replacements: Readonly<Record<string, string>> = {}): Policy {
  return parsePolicy(changed(replacements), 'small.yaml');
}

/** The small policy's text with replacements, each of the first occurrence. */
export function changed(replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The small policy does not contain: ${from}`);
    return text.replace(from, () => to);
  }, SMALL_POLICY);
}
