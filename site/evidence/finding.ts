/** What was noticed in a hand-in. */

/**
 * `forged`: a file that this site's page has made cannot be so. `note`: worth a look; there are honest reasons for it.
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
  'pass-from-nothing': 'forged',
  'copied-events': 'forged',
  'pass-unopened': 'note',
  'clock-back': 'note',
  'clock-moved': 'note',
  'made-before-events': 'note',
  'stray-entries': 'note',
  'other-assignment': 'note',
  'assignment-differs': 'note',
  'content-differs': 'note',
  'key-changed': 'note',
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
