/**
 * An expressive-code plugin that turns the fences of a chapter into something to do: each `$ ` line of a
 * console fence gets Run and Copy, a file gets Copy, "Write it for me" and "Compare with the machine". The meta
 * that `site/chapter/remark-chapter.ts` has written says which action a line or a file is; the buttons do nothing
 * by themselves, `site/workspace/chapter-actions.ts` listens to them. A ` ```flow ` fence becomes a figure.
 */
import { definePlugin } from 'astro-expressive-code';
import type { ExpressiveCodePlugin } from 'astro-expressive-code';
import { addClassName, h, setProperty } from 'astro-expressive-code/hast';
import { chapterTimes, timeNote } from './command-times.ts';
import { flowFigure } from './flow-figure.ts';

const PROMPT = '$ ';

/** The plugin; see the head of this file. */
export function chapterCode(): ExpressiveCodePlugin {
  const flows = new WeakSet<CodeBlock>();
  return definePlugin({
    name: 'Typealong chapter code',
    hooks: {
      preprocessLanguage({ codeBlock }) {
        if (codeBlock.language !== 'flow') return;
        flows.add(codeBlock);
        codeBlock.language = 'text';
      },
      postprocessRenderedLine({ codeBlock, line, lineIndex, renderData }) {
        if (!isDoable(codeBlock) || codeBlock.language !== 'console') return;
        if (!line.text.startsWith(PROMPT)) {
          addClassName(renderData.lineAst, 'printed');
          return;
        }
        const before = codeBlock
          .getLines(0, lineIndex)
          .filter((other) => other.text.startsWith(PROMPT)).length;
        const id = actionIds(codeBlock)[before];
        const command = line.text.slice(PROMPT.length);
        dropText(renderData.lineAst, PROMPT.length);
        addClassName(renderData.lineAst, 'command');
        if (id !== undefined) {
          setProperty(renderData.lineAst, 'data-action-id', id);
          setProperty(renderData.lineAst, 'data-status', 'pending');
        }
        const note = timeNote(
          id === undefined ? undefined : chapterTimes(codeBlock.parentDocument?.sourceFilePath).get(id),
        );
        renderData.lineAst.children.push(
          h('span', { className: ['command-buttons'] }, [
            h(
              'button',
              { type: 'button', 'data-run': '', 'data-text': command, 'aria-label': `Run ${command}` },
              'Run',
            ),
            h(
              'button',
              { type: 'button', 'data-copy': '', 'data-text': command, 'aria-label': `Copy ${command}` },
              'Copy',
            ),
          ]),
          ...(note === null ? [] : [h('span', { className: ['command-time'] }, note)]),
        );
      },
      postprocessRenderedBlock({ codeBlock, renderData }) {
        if (flows.has(codeBlock)) {
          renderData.blockAst = flowFigure(codeBlock.code);
          return;
        }
        if (!isDoable(codeBlock)) return;
        if (codeBlock.language === 'console') {
          finishConsole(renderData.blockAst, codeBlock);
          return;
        }
        const path = codeBlock.metaOptions.getString('title');
        const id = actionIds(codeBlock)[0];
        if (path === undefined) return;
        addClassName(renderData.blockAst, 'file-listing');
        if (id !== undefined) {
          setProperty(renderData.blockAst, 'data-action-id', id);
          setProperty(renderData.blockAst, 'data-status', 'pending');
        }
        renderData.blockAst.children.push(
          fileButtons(path, codeBlock.code, id !== undefined, placeOf(codeBlock)),
        );
      },
    },
  });
}

type CodeBlock = Parameters<
  NonNullable<NonNullable<ExpressiveCodePlugin['hooks']>['postprocessRenderedBlock']>
>[0]['codeBlock'];
type HastElement = ReturnType<typeof h>;

/** Fences that the chapter model knows, and those in hints and notes (`aside`), which can be run but count for nothing. */
function isDoable(codeBlock: CodeBlock): boolean {
  return (
    codeBlock.metaOptions.getString('actions') !== undefined ||
    codeBlock.metaOptions.getBoolean('aside') === true
  );
}

function actionIds(codeBlock: CodeBlock): readonly string[] {
  return codeBlock.metaOptions.getString('actions')?.split(' ') ?? [];
}

/** Removes the first characters of an element's text; the style sheet draws the prompt, so that nobody copies it. */
function dropText(element: HastElement, count: number): void {
  let left = count;
  const visit = (node: HastElement['children'][number]): void => {
    if (left === 0) return;
    if (node.type === 'text') {
      const dropped = Math.min(left, node.value.length);
      node.value = node.value.slice(dropped);
      left -= dropped;
    } else if (node.type === 'element') {
      node.children.forEach(visit);
    }
  };
  element.children.forEach(visit);
}

function finishConsole(block: HastElement, codeBlock: CodeBlock): void {
  addClassName(block, 'console');
  const notes: string[] = [];
  const terminal = codeBlock.metaOptions.getInteger('terminal') ?? terminalFrom(codeBlock.meta);
  if (terminal !== undefined && terminal > 1) notes.push(`In terminal ${terminal}`);
  if (codeBlock.metaOptions.getBoolean('alternative') === true) notes.push('One of several ways');
  const answer = codeBlock.metaOptions.getString('answer');
  if (answer !== undefined) notes.push(`Asks a question; answer with ${answer} and Enter`);
  const until = codeBlock.metaOptions.getString('until');
  if (until !== undefined) notes.push(`Keeps running; ready when it prints “${until}”`);
  if (notes.length > 0) block.children.push(h('p', { className: ['console-note'] }, notes.join(' · ')));
}

/** `terminal=2` without quotes is no number to every version of expressive-code. */
function terminalFrom(meta: string): number | undefined {
  const found = /(?:^|\s)terminal=["{]?(\d)/.exec(meta)?.[1];
  return found === undefined ? undefined : Number(found);
}

function placeOf(codeBlock: CodeBlock): string | null {
  for (const where of ['before', 'after', 'replaces'] as const) {
    const anchor = codeBlock.metaOptions.getString(where);
    if (anchor !== undefined)
      return where === 'replaces' ? `In place of “${anchor}”` : `Goes ${where} “${anchor}”`;
  }
  return null;
}

function fileButtons(path: string, text: string, inModel: boolean, place: string | null): HastElement {
  const label = (what: string): string => `${what}: ${path}`;
  const buttons = [
    h('button', { type: 'button', 'data-copy': '', 'data-text': text, 'aria-label': label('Copy') }, 'Copy'),
  ];
  if (inModel) {
    buttons.push(
      h(
        'button',
        { type: 'button', 'data-write': '', 'aria-label': label('Write it for me') },
        'Write it for me',
      ),
      h(
        'button',
        { type: 'button', 'data-compare': '', 'aria-label': label('Compare with the machine') },
        'Compare with the machine',
      ),
    );
  }
  return h('div', { className: ['file-buttons'] }, [
    ...buttons,
    ...(place === null ? [] : [h('span', { className: ['file-place'] }, place)]),
  ]);
}
