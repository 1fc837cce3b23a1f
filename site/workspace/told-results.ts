/** Which results of checks are told of as attempts of the reader. */
import type { CheckResult } from '../checks/model.ts';
import type { Work } from '../evidence/recorder.ts';

export class ToldResults {
  readonly #last = new Map<string, string>();

  /**
   * What is told of a result; `null` for nothing. The reader has tried once: that the page has looked again by itself is
   * no other try unless it saw something else.
   */
  tell(check: string, result: CheckResult, isSecondLook: boolean): Work | null {
    const { status } = result;
    const cause = status === 'fail' ? result.cause : undefined;
    const said = `${status} ${cause ?? ''}`;
    const before = this.#last.get(check);
    this.#last.set(check, said);
    if (isSecondLook && said === before) return null;
    return { kind: 'check', check, result: status, ...(cause !== undefined && { cause }) };
  }
}
