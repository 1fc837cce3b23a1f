import { expect, test } from 'vitest';
import { flowFigure, parseFlow } from './flow-figure.ts';

const FLOW = `browser ── HTTP, port 80 ──▶ Nginx
Nginx ── uwsgi ──▶ uWSGI

systemd ── starts and watches ──▶ Nginx, uWSGI`;

test('reads one arrow a line', () => {
  expect(parseFlow(FLOW)).toEqual([
    { from: 'browser', label: 'HTTP, port 80', to: 'Nginx' },
    { from: 'Nginx', label: 'uwsgi', to: 'uWSGI' },
    { from: 'systemd', label: 'starts and watches', to: 'Nginx, uWSGI' },
  ]);
});

test('names the line that is no arrow', () => {
  expect(() => parseFlow('browser ── HTTP ──▶ Nginx\nNginx -> uWSGI')).toThrow('Nginx -> uWSGI');
});

test('what continues the chain is in the chain, and the rest is a sentence', () => {
  const [chain, note, ...more] = flowFigure(FLOW).children;
  expect(textOf(chain)).toBe('browser|HTTP, port 80|Nginx|uwsgi|uWSGI');
  expect(textOf(note)).toBe('systemd| starts and watches |Nginx| and |uWSGI');
  expect(more).toEqual([]);
});

function textOf(node: unknown): string {
  const { value, children } = node as { value?: string; children?: readonly unknown[] };
  return (
    value ??
    (children ?? [])
      .map(textOf)
      .filter((text) => text !== '')
      .join('|')
  );
}
