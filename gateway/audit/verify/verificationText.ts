import type { ChainSummary } from './chainCheck.ts';
import { isProblem, placeText, type Finding } from './finding.ts';
import type { Verification } from './verifyRecord.ts';

/** How a verification is printed. */
export type VerificationFormat = 'text' | 'json';

/** What was found, for people or, as one JSON object, for programs. Ends without a line end. */
export function verificationText(verification: Verification, format: VerificationFormat): string {
  switch (format) {
    case 'json':
      return JSON.stringify(
        {
          ...verification,
          findings: verification.findings.map((finding) => ({ ...finding, problem: isProblem(finding) })),
        },
        null,
        2,
      );
    case 'text':
      return [
        ...verification.findings.map(findingText),
        ...(verification.more === 0 ? [] : [`… and ${verification.more} more`]),
        ...verification.chains.map((chain) => chainText(chain, verification)),
        summary(verification),
      ].join('\n');
  }
}

/** `audit.ndjson:17: sequence 17 of gw/…: altered: …`; what is no problem says so. */
function findingText(finding: Finding): string {
  const { chain, sequences, at, message } = finding;
  const place = at === null ? '' : `${placeText(at)}: `;
  const where =
    sequences === null
      ? ''
      : sequences.from === sequences.to
        ? `sequence ${sequences.from}`
        : `sequences ${sequences.from}–${sequences.to}`;
  const of = chain === null ? '' : ` of ${chain}`;
  const subject = where === '' ? '' : `${where}${of}: `;
  return `${isProblem(finding) ? 'WRONG' : 'note '}  ${place}${subject}${message}`;
}

function chainText(
  { chain, first, last, lines, provenTo }: ChainSummary,
  { checkpoints, findings, more }: Verification,
): string {
  const there = lines === 0 ? 'no lines' : `sequences ${first}–${last}`;
  if (checkpoints === null) return `chain  ${chain}: ${there}`;
  const proven =
    provenTo === null
      ? 'proven by no checkpoint'
      : `proven to sequence ${provenTo.sequence}, ${placeText(provenTo.at)}`;
  const isWrong = more > 0 || findings.some((each) => each.chain === chain && isProblem(each));
  return `chain  ${chain}: ${there}; ${proven}${isWrong ? ', but for what is wrong' : ''}`;
}

function summary({ lines, chains, checkpoints, problems }: Verification): string {
  const seen = `lines: ${lines}, chains: ${chains.length}`;
  const wrong = problems === 0 ? 'nothing is wrong' : `${problems} found wrong`;
  if (checkpoints !== null) return `${seen}, checkpoints: ${checkpoints}; ${wrong}.`;
  return (
    `${seen}, no checkpoints given; ${wrong}. Of chains alone, that does not prove that nobody made lines ` +
    'and all hashes behind them anew, or took away the end of a chain or a whole one.'
  );
}
