import { afterEach, expect, test, vi } from 'vitest';
import { controlCharacter, isNano, KeyBar } from './key-bar.ts';

/** As much of an element as the bar needs. */
class FakeElement extends EventTarget {
  textContent = '';
  readonly dataset = {};
  readonly attributes = new Map<string, string>();
  readonly children: FakeElement[] = [];

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  append(...children: FakeElement[]): void {
    this.children.push(...children);
  }

  find(label: string): FakeElement | null {
    if (this.textContent === label) return this;
    return this.children.map((child) => child.find(label)).find((found) => found !== null) ?? null;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(['Esc', '^C', '↑', 'Find'])('%s releases a Ctrl that is held', (label) => {
  vi.stubGlobal('document', { createElement: () => new FakeElement() });
  const bar = new KeyBar({ onKey: () => {}, onArrow: () => {}, onFind: () => {} });
  const press = (key: string): unknown =>
    (bar.element as unknown as FakeElement).find(key)?.dispatchEvent(new Event('click'));
  press('Ctrl');
  expect(bar.typed('c')).toBe('\x03');
  press('Ctrl');
  press(label);
  expect(bar.typed('c')).toBe('c');
});

test('Ctrl makes control characters of what has one', () => {
  expect(['c', 'C', '[', '_'].map(controlCharacter)).toEqual(['\x03', '\x03', '\x1b', '\x1f']);
  expect(['', '1', 'ü', '\x1b', ' '].map(controlCharacter)).toEqual([null, null, null, null, null]);
});

test('nano is known from the command line', () => {
  for (const line of ['nano', 'nano ~/a', 'sudo nano /etc/hosts', 'sudo -E nano a', '/bin/nano a'])
    expect(isNano(line), line).toBe(true);
  for (const line of ['nanotime', 'which nano', 'sudo apt-get install nano', 'cat nano', 'sudo'])
    expect(isNano(line), line).toBe(false);
});
