/**
 * The ` ```flow ` fence: a picture of what passes requests to what, drawn with HTML so that it fits every width,
 * prints, and can be read aloud. A line is an arrow:
 *
 * ```
 * browser ── HTTP, port 80 ──▶ Nginx
 * Nginx ── uwsgi, a Unix socket ──▶ uWSGI
 * systemd ── starts and watches ──▶ Nginx, uWSGI
 * ```
 *
 * Lines that continue the one before form the chain; any other line becomes a sentence below it.
 */
import { h } from 'astro-expressive-code/hast';

type HastElement = ReturnType<typeof h>;

/** One line of the fence. */
export interface FlowArrow {
  readonly from: string;
  readonly label: string;
  readonly to: string;
}

const ARROW = /^\s*(\S.*?)\s+──\s+(\S.*?)\s+──▶\s+(\S.*?)\s*$/;

/** Reads the fence. Throws with the line that is no arrow. */
export function parseFlow(code: string): readonly FlowArrow[] {
  return code
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, from, label, to] = ARROW.exec(line) ?? [];
      if (from === undefined || label === undefined || to === undefined)
        throw new Error(
          `A line of a flow fence must read "A ── label ──▶ B", and this one does not: ${line}`,
        );
      return { from, label, to };
    });
}

/** The figure. */
export function flowFigure(code: string): HastElement {
  const arrows = parseFlow(code);
  const isInChain = arrows.map(({ from }, index) => index === 0 || arrows[index - 1]?.to === from);
  const chain = arrows.filter((_, index) => isInChain[index]);
  const others = arrows.filter((_, index) => !isInChain[index]);
  return h('figure', { className: ['flow'] }, [
    h('ol', { className: ['flow-chain'] }, [
      h('li', [node(chain[0]?.from ?? '')]),
      ...chain.map(({ label, to }) => h('li', [h('span', { className: ['flow-link'] }, label), node(to)])),
    ]),
    ...others.map(({ from, label, to }) =>
      h('p', { className: ['flow-note'] }, [node(from), ` ${label} `, ...listOf(to.split(/,\s*/))]),
    ),
  ]);
}

function node(name: string): HastElement {
  return h('span', { className: ['flow-node'] }, name);
}

function listOf(names: readonly string[]): (HastElement | string)[] {
  return names.flatMap((name, index) => {
    const between = index === 0 ? '' : index === names.length - 1 ? ' and ' : ', ';
    return [between, node(name)];
  });
}
