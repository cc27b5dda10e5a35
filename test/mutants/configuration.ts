import type { Mutant } from './mutant.ts';

const READ = ['test/gateway/config/readConfig.test.ts'];
const TEXT = ['test/gateway/config/configText.test.ts'];

/** Settings: what is misspelt sets nothing, and secrets are shown to nobody. */
export const CONFIGURATION: readonly Mutant[] = [
  {
    name: 'keys are hidden',
    file: 'gateway/config/configText.ts',
    find: "setting.secret === 'whole' && value !== null ? HIDDEN : hideSecrets(value)",
    replace: 'value instanceof Uint8Array ? [...value] : hideSecrets(value)',
    tests: TEXT,
    invariant: 'no secret and no password of a URL is shown by `sudare config print`',
  },
  {
    name: 'passwords in URLs are hidden',
    file: 'gateway/config/hideSecrets.ts',
    find: "if (typeof value === 'string') return withoutPassword(value);",
    replace: "if (typeof value === 'string') return value;",
    tests: TEXT,
  },
  {
    name: 'passwords in URLs that Node alone understands are hidden',
    file: 'gateway/config/hideSecrets.ts',
    find: "if (url?.protocol === 'http:' || url?.protocol === 'https:') {",
    replace: "if (text.startsWith('http://') && url !== null) {",
    tests: TEXT,
  },
  {
    name: 'secrets do not stand in the file',
    file: 'gateway/config/configSchema.ts',
    find: "secret === 'whole' ? SECRET_FILE : TEXT_OR_SECRET_FILE",
    replace: 'TEXT_OR_SECRET_FILE',
    tests: [...READ, 'test/gateway/config/reference.test.ts'],
  },
  {
    name: 'a variable that is misspelt is an error',
    file: 'gateway/config/saidByEnvironment.ts',
    find: 'for (const name of Object.keys(environment)) checkKnown(name);',
    replace: '',
    tests: READ,
  },
  {
    name: 'a file that is named is there',
    file: 'gateway/config/readConfig.ts',
    find: 'const inFile = found === null ? null : saidByFile(found);',
    replace: 'const inFile = found === null || !existsSync(found) ? null : saidByFile(found);',
    tests: READ,
  },
  {
    name: 'what settings of a section must be together is checked',
    file: 'gateway/config/readConfig.ts',
    find: 'if (problem !== null) throw new ConfigError(flagsInFile(problem, found));',
    replace: '',
    tests: [...READ, 'test/gateway/config/startConfig.test.ts'],
  },
];
