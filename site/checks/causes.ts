/** What the checks can find, in words, with made-up facts: for the help page. The page of a chapter loads none of it. */
import { linkOfCause } from './link-of-cause.ts';
import type { Link } from './links.ts';
import { EXAMPLES } from './words/examples.ts';
import { say, type Cause, type Trouble } from './words/index.ts';

/** A cause as a reader may meet it. Code stands between backticks. */
export interface CauseInWords {
  readonly cause: Cause;
  /** The link of the chain that it is about; `null` when it may be any. */
  readonly link: Link | null;
  readonly found: string;
  readonly advice: string;
}

/** All causes, in the order in which their words are written down. */
export function causesInWords(): readonly CauseInWords[] {
  return (Object.keys(EXAMPLES) as Cause[]).map((cause) => ({
    cause,
    link: linkOfCause(cause),
    // TypeScript has held each example to its cause, but does not follow the pair through a variable.
    ...say({ cause, facts: EXAMPLES[cause] } as Trouble),
  }));
}
