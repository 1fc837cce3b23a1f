/** What a check is given; for those outside of this room who run checks. */
import type { CheckContext as GuestContext } from './guest/context.ts';
import type { Check } from './model.ts';

/** The guest, and what is known of the guide beside the check itself. */
export interface CheckContext extends GuestContext {
  /**
   * What the guide's chapters want of their files, this one's and the earlier ones'. They are asked when the whole chain
   * is broken and what was found says little.
   */
  readonly fileChecks?: readonly Check[];
}
