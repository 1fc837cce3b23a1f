import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { notify } from './announcer.ts';
import { ChapterNavigation } from './chapter-navigation.ts';
import type { ChapterHost } from './chapter-navigation.ts';
import type { RunOutcome } from './check-runs.ts';
import { ask } from './dialogs.ts';
import type { Machine } from './machine.ts';
import { showPage } from './soft-navigation.ts';

vi.mock('./announcer.ts', () => ({ notify: vi.fn(), dismissNote: vi.fn() }));
vi.mock('./chapter-data.ts', () => ({ readChapterData: vi.fn() }));
vi.mock('./dialogs.ts', () => ({
  ask: vi.fn(() => Promise.resolve('continue')),
  dialogNamed: () => ({ close: vi.fn(), querySelector: () => ({ replaceChildren: vi.fn() }) }),
}));
vi.mock('./soft-navigation.ts', () => ({
  fetchPage: vi.fn(() => Promise.resolve({ querySelector: () => null })),
  showPage: vi.fn(),
}));

const HERE = 'https://learn.example/guides/g/two/';
const hidePopover = vi.fn();

class FakeElement extends EventTarget {}

class FakeLink extends FakeElement {
  readonly href: string;
  readonly rel: string;
  readonly target = '';
  readonly dataset = { chapterLink: '' };

  constructor(chapter: string, rel = '') {
    super();
    this.href = new URL(`../${chapter}/`, HERE).href;
    this.rel = rel;
  }

  get pathname(): string {
    return new URL(this.href).pathname;
  }

  hasAttribute(): boolean {
    return false;
  }

  closest(selector: string): unknown {
    return selector === '[popover]' ? { hidePopover } : this;
  }
}

let page: EventTarget;
let window: EventTarget;
let location: URL;
/** Ends the run of checks that is under way. */
let end: (outcome: RunOutcome) => void;

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function click(chapter: string, rel?: string): Promise<void> {
  const click = new Event('click');
  Object.defineProperty(click, 'target', { value: new FakeLink(chapter, rel) });
  page.dispatchEvent(Object.assign(click, { button: 0 }));
  await turns();
}

beforeEach(() => {
  vi.clearAllMocks();
  page = Object.assign(new EventTarget(), { querySelector: () => null, createElement: vi.fn() });
  window = new EventTarget();
  location = new URL(HERE);
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', window);
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', { pushState: vi.fn() });
  vi.stubGlobal('Element', FakeElement);
  const run = (): Promise<RunOutcome> => new Promise((resolve) => (end = resolve));
  const checks = [{ id: 'a/check-1', title: 'It runs' }];
  const host = {
    session: { data: { chapter: { steps: [{ checks }] }, url: '/guides/g/two/' }, checks: { run } },
    checksPanel: { result: () => null },
    openChapter: vi.fn(),
    report: vi.fn(),
  };
  const machine = { holdsWork: true, state: { status: 'running' } };
  new ChapterNavigation(
    host as unknown as ChapterHost,
    machine as unknown as Machine,
    new AbortController().signal,
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const shown = (): unknown[] => vi.mocked(showPage).mock.calls.map(([, url]) => url);

it('Next looks at the checks, and shows the next chapter when they pass', async () => {
  await click('three', 'next');
  expect(shown()).toEqual([]);
  end('passed');
  await turns();
  expect(shown()).toEqual(['https://learn.example/guides/g/three/']);
});

it('a later click takes the place of a Next whose checks still run', async () => {
  await click('three', 'next');
  await click('five');
  expect(shown()).toEqual(['https://learn.example/guides/g/five/']);
  end('failed');
  await turns();
  expect(shown()).toHaveLength(1);
  expect(vi.mocked(ask).mock.calls).toEqual([['machine-choice']]);
});

it('Next pressed twice looks at the checks once', async () => {
  await click('three', 'next');
  await click('three', 'next');
  expect(vi.mocked(notify)).toHaveBeenCalledOnce();
});

it('a run of checks that was stopped asks nothing and goes nowhere', async () => {
  await click('three', 'next');
  end('stopped');
  await turns();
  expect(vi.mocked(ask)).not.toHaveBeenCalled();
  expect(shown()).toEqual([]);
});

it('the browser’s Back takes the place of a Next', async () => {
  await click('three', 'next');
  location.href = 'https://learn.example/guides/g/one/';
  window.dispatchEvent(new Event('popstate'));
  await turns();
  end('failed');
  await turns();
  expect(vi.mocked(ask)).not.toHaveBeenCalled();
  expect(shown()).toEqual(['https://learn.example/guides/g/one/']);
});

it('a click on the chapter that is open closes the list of chapters', async () => {
  await click('two');
  expect(hidePopover).toHaveBeenCalledOnce();
  expect(shown()).toEqual([]);
});
