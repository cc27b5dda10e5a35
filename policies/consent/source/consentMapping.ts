import { PolicyError } from '../../policyError.ts';
import { readPolicyText } from '../../loadPolicy.ts';
import { readYaml, type Path } from '../../readYaml.ts';
import { mappingSchema, type MappingDocument } from './mappingSchema.ts';

/** How a consent system that speaks JSON of its own is asked and understood; docs/consent-source.md. */
export interface ConsentMapping extends MappingDocument {
  /** Values of the headers, those from the environment filled in: secrets. */
  readonly headers: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks a consent mapping file. Throws `PolicyError` with every problem and its line, also where the file
 * cannot be read or an environment variable that it names is not set; no error tells a variable's value.
 */
export async function loadConsentMapping(file: string, environment: Environment): Promise<ConsentMapping> {
  return parseConsentMapping(await readPolicyText(file, 'consent mapping'), file, environment);
}

/** Reads and checks a consent mapping's text; `file` is its name in messages. Throws `PolicyError`. */
export function parseConsentMapping(text: string, file: string, environment: Environment): ConsentMapping {
  const { data, problemAt } = readYaml(text, file, mappingSchema);
  const headers: Record<string, string> = {};
  const problems: { readonly path: Path; readonly message: string }[] = [];
  for (const [name, { env, prefix, value }] of Object.entries(data.request.headers)) {
    const path = ['request', 'headers', name];
    const given = env === undefined ? value : environment[env];
    if (given === undefined || given === '') {
      problems.push({
        path,
        message: `the environment variable ${env ?? ''} is not set; expected the header’s value`,
      });
    } else if (!/^[\t\x20-\x7e]+$/.test(prefix + given)) {
      problems.push({
        path,
        message: `the header ${name} has characters that no header may have; expected ASCII`,
      });
    } else {
      headers[name] = prefix + given;
    }
  }
  if (problems.length > 0)
    throw new PolicyError(problems.map(({ path, message }) => problemAt(path, message)));
  return { ...data, headers };
}
