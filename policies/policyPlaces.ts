import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** One entry of a policy file, for explanations. */
export interface PolicyPlace {
  /** The keys that lead to it and, where it is one, its value: `purposes › service.support › levels › contact: full`. */
  readonly entry: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Where the entries of one policy file stand. Aliases lead to what they stand for. */
export interface PolicyPlaces {
  /** The entry at a path of keys and indices; `null` where the file has none, such as where a default holds. */
  at(...path: readonly (string | number)[]): PolicyPlace | null;
}

/** Finds entries in the text of a policy that `parsePolicy` has accepted. */
export function policyPlaces(text: string): PolicyPlaces {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return {
    at(...path) {
      let node: unknown = document.contents;
      let offset = 0;
      for (const step of path) {
        const here = isAlias(node) ? node.resolve(document) : node;
        if (isMap(here)) {
          const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
          if (pair === undefined || !isScalar(pair.key)) return null;
          offset = pair.key.range?.[0] ?? offset;
          node = pair.value;
        } else if (isSeq(here) && typeof step === 'number' && step in here.items) {
          node = here.items[step];
          offset = isScalar(node) ? (node.range?.[0] ?? offset) : offset;
        } else {
          return null;
        }
      }
      const names = path.filter((step) => typeof step === 'string').join(' › ');
      return {
        entry: isScalar(node) ? `${names}: ${String(node.value)}` : names,
        line: lines.linePos(offset).line,
      };
    },
  };
}
