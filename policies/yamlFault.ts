import type { ErrorCode } from 'yaml';

/**
 * Says what is wrong with YAML, by the library's code. Its own messages may quote what stands there, such as a secret
 * that begins with `*`, `!` or `|` and is not quoted.
 */
export function yamlFault(code: ErrorCode): string {
  return `not readable as YAML (${code}): ${FAULTS[code]}`;
}

const QUOTE = 'quote a value that begins with';

const FAULTS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: `an alias has an anchor or a tag; ${QUOTE} *`,
  BAD_ALIAS: `an alias is not one, or has no anchor before it; ${QUOTE} *`,
  BAD_DIRECTIVE: `a directive is not one; ${QUOTE} %`,
  BAD_DQ_ESCAPE: 'a \\ in double quotes begins nothing that is known; expected single quotes, or \\\\',
  BAD_INDENT: 'expected the parts of a mapping or a list to be indented alike',
  BAD_PROP_ORDER: 'an anchor or a tag stands in the wrong place',
  BAD_SCALAR_START: 'a value begins with a character that is reserved; quote it',
  BLOCK_AS_IMPLICIT_KEY:
    'a key, or what stands behind one in its line, is a mapping or list of several lines; quote a value that holds ": "',
  BLOCK_IN_FLOW: 'what stands in { } or [ ] is written over lines as if it did not',
  DUPLICATE_KEY: 'a key stands twice in a mapping; expected it once',
  IMPOSSIBLE: 'it cannot be read',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR:
    'a character is missing, such as a closing quote, bracket or brace, or the space behind a colon',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; expected a colon behind it in its own',
  MULTIPLE_ANCHORS: `a value has several anchors; ${QUOTE} &`,
  MULTIPLE_DOCS: 'expected one document, without a second ---',
  MULTIPLE_TAGS: `a value has several tags; ${QUOTE} !`,
  NON_STRING_KEY: 'a key is no text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply, or has too many aliases',
  TAB_AS_INDENT: 'a tab indents a line; expected spaces',
  TAG_RESOLVE_FAILED: `a tag is not known, or does not fit its value; ${QUOTE} !`,
  UNEXPECTED_TOKEN: `something stands where nothing is expected; ${QUOTE} a character that YAML reads otherwise, such as | or >`,
  BAD_COLLECTION_TYPE: 'a tag does not fit a mapping or list',
};
