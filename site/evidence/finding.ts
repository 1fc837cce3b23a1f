/** What was noticed in a hand-in. */

/**
 * `forged`: this site's page cannot have made the file as it is. `note`: worth a look, with honest reasons too. A file
 * with neither can still be made up: whoever writes a program can have it sign what it likes.
 */
export type Severity = 'forged' | 'note';

/** Everything that can be noticed, and how grave it is. `verify.ts` looks at one file, the class page at all of them. */
export const SEVERITIES = {
  'signature-missing': 'forged',
  'signature-wrong': 'forged',
  'entry-changed': 'forged',
  'entry-added': 'forged',
  'entry-missing': 'forged',
  'chain-missing': 'forged',
  'chain-broken': 'forged',
  'chain-count': 'forged',
  'chain-start': 'forged',
  'chain-cut': 'forged',
  'summary-edited': 'forged',
  'page-clock-back': 'forged',
  'passed-from-nothing': 'forged',
  'copied-events': 'note',
  'events-dropped': 'note',
  'made-in-future': 'note',
  'passed-before-opened': 'note',
  'passed-without-work': 'note',
  'clock-back': 'note',
  'clock-moved': 'note',
  'made-before-events': 'note',
  'stray-entries': 'note',
  'other-assignment': 'note',
  'assignment-differs': 'note',
  'content-differs': 'note',
  'key-changed': 'note',
  'name-shared': 'note',
  'same-browser': 'note',
  'same-file': 'note',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof SEVERITIES;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** For the instructor. Names out of a file may stand in it: it is text, never markup. */
  readonly sentence: string;
}

export function finding(code: FindingCode, sentence: string): Finding {
  return { code, severity: SEVERITIES[code], sentence };
}
