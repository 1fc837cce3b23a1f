/** What can go wrong with saved machines. */

/**
 * - `full`: there is no room left for the site's data.
 * - `not-allowed`: the browser keeps nothing for this site.
 * - `lost`: the storage went away, or could not be reached.
 * - `stale-owner`: another owner saves this machine now.
 * - `damaged`: the bytes are not what was written.
 * - `foreign`: something else, or of another version.
 * - `too-many`: a guide has as many copies as it may have.
 * - `internal`: a mistake of the program.
 */
export type SaveErrorCode =
  'full' | 'not-allowed' | 'lost' | 'stale-owner' | 'damaged' | 'foreign' | 'too-many' | 'internal';

const SENTENCES: Readonly<Record<SaveErrorCode, string>> = {
  full: 'There is no room left to save the machine. Free some space on this device, or delete a saved copy.',
  'not-allowed': 'This browser keeps no data for this site, so the machine lasts only as long as the page.',
  lost: 'The browser’s storage cannot be reached right now. What was saved before is still there.',
  'stale-owner': 'Another tab has taken over this machine and saves it from now on.',
  damaged: 'The saved machine is damaged and cannot be opened.',
  foreign: 'This was saved by another version of the site and cannot be opened here.',
  'too-many': 'This guide has as many copies as it can have. Delete one first.',
  internal: 'The machine could not be saved because of an error in this site.',
};

export class SaveError extends Error {
  override readonly name = 'SaveError';
  readonly code: SaveErrorCode;

  /** `message`: a sentence for the reader; each code has one of its own. */
  constructor(code: SaveErrorCode, message: string = SENTENCES[code], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An error of the program: `what` is for its author, as the cause. */
export function internalError(what: string): SaveError {
  return new SaveError('internal', undefined, { cause: new Error(what) });
}

/** What browsers call the errors of their storage (DOMException names). */
const CODES: Readonly<Record<string, SaveErrorCode>> = {
  QuotaExceededError: 'full',
  NotAllowedError: 'not-allowed',
  SecurityError: 'not-allowed',
  InvalidStateError: 'lost',
  NoModificationAllowedError: 'lost',
  NotFoundError: 'lost',
  NotReadableError: 'lost',
  UnknownError: 'lost',
  AbortError: 'lost',
  TimeoutError: 'lost',
  TransactionInactiveError: 'lost',
};

/** Any error, as one with a code; what was thrown is its cause. */
export function asSaveError(error: unknown): SaveError {
  if (error instanceof SaveError) return error;
  // The error of a full storage is no DOMException in every browser.
  const code = error instanceof Error ? CODES[error.name] : undefined;
  return new SaveError(code ?? 'internal', undefined, { cause: error });
}
