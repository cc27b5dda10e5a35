/**
 * What the annotations on one coordinate, combined and closed over, demand of a decision.
 *
 * `categories`: dotted keys such as `contact.email`, sorted, unique, never empty.
 * `allow`: only these purposes and their descendants; `null` means what the policy gives the categories.
 *   An empty list allows nothing.
 * `deny`: never these purposes, nor their ancestors or descendants.
 */
export interface Rule {
  readonly categories: readonly string[];
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
}
