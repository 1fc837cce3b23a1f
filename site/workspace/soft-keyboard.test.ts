import { afterEach, expect, it, vi } from 'vitest';
import { followSoftKeyboard } from './soft-keyboard.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('makes room while the keyboard is up, and leaves nothing of it behind', () => {
  const attributes = new Set<string>();
  const properties = new Map<string, string>();
  const documentElement = {
    toggleAttribute: (name: string, on: boolean) => (on ? attributes.add(name) : attributes.delete(name)),
    removeAttribute: (name: string) => attributes.delete(name),
    style: {
      setProperty: (name: string, value: string) => properties.set(name, value),
      removeProperty: (name: string) => properties.delete(name),
    },
  };
  const viewport = Object.assign(new EventTarget(), { height: 800, scale: 1 });
  const activeElement = { closest: () => ({}) };
  vi.stubGlobal('document', Object.assign(new EventTarget(), { activeElement, documentElement }));
  vi.stubGlobal('window', { visualViewport: viewport, scrollTo: vi.fn() });
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: true }));
  const end = new AbortController();
  followSoftKeyboard(end.signal);
  expect([...attributes, ...properties]).toEqual([]);

  viewport.height = 400;
  viewport.dispatchEvent(new Event('resize'));
  expect([...attributes, ...properties]).toEqual(['data-keyboard', ['--visible-height', '400px']]);

  end.abort();
  expect([...attributes, ...properties]).toEqual([]);
});
