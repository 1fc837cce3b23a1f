/**
 * `<tl-checks>`: the chapter's checks, grouped by step, with what was expected, what was found and what to do. The
 * list itself is in the page's HTML; this fills in results, here and beside the text.
 */
import type { PlacedCheck, Step } from '../chapter/model.ts';
import { linkStates, type LinkState } from '../checks/link-states.ts';
import type { Link } from '../checks/links.ts';
import type { CheckResult } from '../checks/model.ts';
import { areChecksFolded, keepChecksFolded } from './kept.ts';
import { withCode } from './with-code.ts';

export type CheckStatus = 'unknown' | 'running' | CheckResult['status'];

const IN_WORDS: Readonly<Record<CheckStatus, string>> = {
  unknown: 'not checked yet',
  running: 'being checked',
  pass: 'passes',
  fail: 'does not pass yet',
  error: 'could not be checked',
};

const LINK_IN_WORDS: Readonly<Record<LinkState, string>> = {
  unknown: 'not known yet',
  whole: 'works',
  broken: 'broken',
};

/** A check that has a result. */
interface Look {
  readonly placed: PlacedCheck;
  readonly result: CheckResult;
  /** It is from before the reader's last command, or whatever else may have mended it. It is folded away. */
  readonly isOutdated: boolean;
  /** It is the same as before, although the reader has changed something. */
  readonly isUnmended: boolean;
}

export class TypealongChecks extends HTMLElement {
  /** What has been looked at, by the check's id. */
  readonly #looks = new Map<string, Look>();
  /** Something was done after the last check, so that the links may be otherwise by now. */
  #isStale = false;

  #listening: AbortController | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    this.addEventListener('click', (event) => this.#clicked(event), { signal: this.#listening.signal });
    if (areChecksFolded()) this.setOpen(false);
    this.#count();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  get isOpen(): boolean {
    return this.querySelector('[data-checks-toggle]')?.getAttribute('aria-expanded') === 'true';
  }

  setOpen(open: boolean): void {
    this.querySelector('[data-checks-toggle]')?.setAttribute('aria-expanded', String(open));
    const list = this.querySelector<HTMLElement>('.checks-list');
    if (list) list.hidden = !open;
  }

  /** Takes the list of another chapter out of its page. */
  replaceList(other: Element): void {
    const wasOpen = this.isOpen;
    this.#looks.clear();
    this.replaceChildren(...[...other.childNodes].map((node) => document.importNode(node, true)));
    this.setOpen(wasOpen);
    this.#count();
  }

  result(id: string): CheckResult | null {
    return this.#looks.get(id)?.result ?? null;
  }

  passes(step: Step): boolean {
    return step.checks.every(({ id }) => this.result(id)?.status === 'pass');
  }

  /** The step whose checks are looked at now. */
  showGroup(step: string): void {
    for (const group of this.querySelectorAll<HTMLElement>('[data-check-group]')) {
      group.toggleAttribute('data-current', group.dataset['checkGroup'] === step);
    }
    const list = this.querySelector<HTMLElement>('.checks-list');
    const group = this.querySelector<HTMLElement>(`[data-check-group="${CSS.escape(step)}"]`);
    if (list && group && !list.hidden) list.scrollTop = group.offsetTop - list.offsetTop;
  }

  setRunning(checks: readonly PlacedCheck[]): void {
    for (const { id } of checks) this.#setStatus(id, 'running');
  }

  /** A run of these is over: what has no result yet, since it was stopped half-way, shows the one before. */
  settle(checks: readonly PlacedCheck[]): void {
    for (const { id } of checks) this.#setStatus(id, this.result(id)?.status ?? 'unknown');
  }

  /** Something has changed in the machine: what did not pass may pass now, and its advice may no longer be true. */
  outdate(): void {
    for (const [id, look] of this.#looks) {
      if (look.result.status === 'pass') continue;
      this.#looks.set(id, { ...look, isOutdated: true });
      this.#showOutdated(id);
    }
    this.#isStale = true;
    this.#showLinks();
  }

  setResult(placed: PlacedCheck, result: CheckResult): void {
    const { id } = placed;
    const before = this.#looks.get(id);
    const isUnmended =
      before !== undefined &&
      (before.isOutdated || before.isUnmended) &&
      isSameTrouble(before.result, result);
    this.#looks.set(id, { placed, result, isOutdated: false, isUnmended });
    this.#isStale = false;
    this.#setStatus(id, result.status);
    const element = this.#element(id);
    const details = element?.querySelector('[data-details]');
    if (!element || !details) return;
    element.toggleAttribute('data-cause', false);
    if (result.status === 'fail' && result.cause !== undefined) element.dataset['cause'] = result.cause;
    details.replaceChildren(...detailsOf(result, isUnmended));
    const entry = result.status === 'fail' ? entryOf(result) : undefined;
    if (entry !== undefined) details.append(furtherReading(`${this.dataset['help'] ?? ''}#${entry}`));
    this.#showOutdated(id);
    this.#count();
    this.#showLinks();
  }

  /** Forgets all results: the machine is back at the chapter's start. */
  clear(): void {
    this.#looks.clear();
    for (const element of this.querySelectorAll<HTMLElement>('[data-check-id]')) {
      this.#setStatus(element.dataset['checkId'] ?? '', 'unknown');
      element.querySelector('[data-details]')?.replaceChildren();
      element.toggleAttribute('data-cause', false);
      element.toggleAttribute('data-outdated', false);
    }
    this.#count();
    this.#showLinks();
  }

  /** What the reader folds stays folded on the next page; what a run of checks opens is open for now. */
  #clicked({ target }: Event): void {
    if (!(target instanceof Element) || target.closest('[data-checks-toggle]') === null) return;
    this.setOpen(!this.isOpen);
    keepChecksFolded(!this.isOpen);
  }

  /** A result that is no longer outdated has been drawn anew, or cleared. */
  #showOutdated(id: string): void {
    const element = this.#element(id);
    const isOutdated = this.#looks.get(id)?.isOutdated ?? false;
    if (!element || element.hasAttribute('data-outdated') === isOutdated) return;
    element.toggleAttribute('data-outdated', isOutdated);
    const details = element.querySelector('[data-details]');
    if (isOutdated && details) details.replaceChildren(folded(details.childNodes));
  }

  /** The links of the chain, by what is known of them now. */
  #showLinks(): void {
    const ids = [...this.querySelectorAll<HTMLElement>('[data-check-id]')].map(
      ({ dataset }) => dataset['checkId'] ?? '',
    );
    const states = linkStates(
      ids.flatMap((id) => {
        const look = this.#looks.get(id);
        return look === undefined
          ? []
          : { check: look.placed.check, result: look.isOutdated ? null : look.result };
      }),
    );
    for (const element of this.querySelectorAll<HTMLElement>('[data-link]')) {
      const state = states[element.dataset['link'] as Link];
      element.dataset['linkState'] = state;
      const words = element.querySelector('[data-link-words]');
      const worked = state === 'whole' && this.#isStale;
      element.toggleAttribute('data-stale', worked);
      if (words) words.textContent = worked ? 'worked at the last check' : LINK_IN_WORDS[state];
    }
  }

  #element(id: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-check-id="${CSS.escape(id)}"]`);
  }

  #setStatus(id: string, status: CheckStatus): void {
    const element = this.#element(id);
    const mirrors = document.querySelectorAll<HTMLElement>(`[data-check-mirror="${CSS.escape(id)}"]`);
    for (const shown of [...(element ? [element] : []), ...mirrors]) {
      shown.dataset['status'] = status;
      const words = shown.querySelector('[data-status-words]');
      if (words) words.textContent = IN_WORDS[status];
    }
  }

  #count(): void {
    const all = this.querySelectorAll('[data-check-id]').length;
    const passed = [...this.#looks.values()].filter(({ result }) => result.status === 'pass').length;
    const count = this.querySelector('[data-checks-count]');
    if (count) count.textContent = all === 0 ? 'none in this chapter' : `${passed} of ${all} pass`;
    this.toggleAttribute('data-complete', all > 0 && passed === all);
  }
}

/** What may no longer be true does not look as if it were. */
function folded(rows: Iterable<Node>): HTMLElement {
  const fold = document.createElement('details');
  const words = document.createElement('summary');
  words.dataset['outdatedWords'] = '';
  words.textContent = 'From before your last change. Check again to see whether it still applies.';
  fold.append(words, ...rows);
  return fold;
}

/** What to look at when the advice did not help. */
const STILL_THE_SAME =
  'You have typed something since, and the check finds the same as before. If you followed the advice, look at what your last command printed: an error there comes first. Was the file saved, and the service restarted after that? “Compare”, at a file’s listing, shows where yours differs.';

/** Whether a check fails for the same reason as before. */
function isSameTrouble(before: CheckResult, now: CheckResult): boolean {
  return (
    before.status === 'fail' &&
    now.status === 'fail' &&
    before.cause === now.cause &&
    before.found === now.found &&
    before.advice === now.advice
  );
}

/** A check that passes has none: its tick says it all. So none are shown while it is run again, either. */
function detailsOf(result: CheckResult, isUnmended: boolean): HTMLElement[] {
  if (result.status === 'pass') return [];
  if (result.status === 'error') {
    return [
      row('found', 'What happened', result.message),
      row(
        'advice',
        'What to do',
        'This is not your doing. Check again in a moment. If that does not help, reset the machine to the chapter’s start.',
      ),
    ];
  }
  const rows = [
    row('expected', 'Expected', result.expected),
    row('found', 'Found', result.found),
    row('advice', 'What to do', result.advice),
  ];
  if (isUnmended) rows.push(row('again', 'Still the same', STILL_THE_SAME));
  if (result.evidence !== undefined && result.evidence !== '')
    rows.push(row('evidence', 'Where it shows', result.evidence));
  return rows;
}

/** Where the help page tells of a failure: at its cause, or at the link that is broken. */
function entryOf({ cause, link }: Extract<CheckResult, { status: 'fail' }>): string | undefined {
  return cause === undefined ? link : `cause-${cause}`;
}

/** The help page, in a tab of its own: this one has the machine. */
function furtherReading(url: string): HTMLElement {
  const paragraph = document.createElement('p');
  paragraph.className = 'check-more';
  const link = document.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  link.textContent = 'More about this, in a new tab';
  paragraph.append(link);
  return paragraph;
}

function row(
  hook: 'expected' | 'found' | 'advice' | 'again' | 'evidence',
  label: string,
  words: string,
): HTMLElement {
  const element = document.createElement('div');
  element.className = `check-row ${hook}`;
  const name = document.createElement('span');
  name.className = 'check-label';
  name.textContent = label;
  const value = document.createElement(hook === 'evidence' ? 'pre' : 'span');
  value.dataset[hook] = '';
  if (hook === 'evidence') {
    value.textContent = words;
    value.tabIndex = 0;
  } else {
    value.append(...withCode(words));
  }
  element.append(name, ' ', value);
  return element;
}

customElements.define('tl-checks', TypealongChecks);
