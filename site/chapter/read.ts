/**
 * Reads a chapter's syntax tree into the model. The parser and the remark plugin both call this, so the page
 * and the replay cannot disagree.
 */
import { toString } from 'mdast-util-to-string';
import { nanoFile, rebootsMachine } from './command.ts';
import {
  checkBox,
  checkFigure,
  COMPONENTS,
  HTML_ELEMENTS,
  readCheck,
  readPress,
  readVisit,
} from './element.ts';
import type { Report } from './error.ts';
import { numberKey, readConsole, readFenceKeys, requireKeys, textKey } from './fence.ts';
import type { FenceKeys } from './fence.ts';
import { addedLines, applyListing } from './listing.ts';
import type {
  Action,
  CommandAction,
  FileAction,
  GuideHeader,
  PlacedCheck,
  PlacedHint,
  Step,
} from './model.ts';
import { checkSequence } from './sequence.ts';
import { checkSummary } from './summary.ts';
import { isJsxElement, lineOf, slugOf } from './tree.ts';
import type { Code, Heading, JsxElement, Nodes, Root } from './tree.ts';

/** What the reading found out about a node of the tree; the remark plugin writes it there. */
export type Mark =
  | { readonly kind: 'section'; readonly slug: string; readonly isStep: () => boolean }
  | { readonly kind: 'actions'; readonly ids: readonly string[]; readonly added: readonly number[] }
  /** A fence in a Hint or a Note: no part of the solution. */
  | { readonly kind: 'aside' }
  | { readonly kind: 'check'; readonly id: string }
  | { readonly kind: 'hint'; readonly id: string }
  /** A figure drawn from what guide.yaml says. */
  | { readonly kind: 'figure' };

/** The steps and hints of a chapter, and the marks of the nodes they came from. */
export interface Reading {
  readonly steps: readonly Step[];
  readonly hints: readonly PlacedHint[];
  readonly marks: ReadonlyMap<Nodes, Mark>;
}

/** `Omit` that keeps the members of a union apart. */
type NewAction = Action extends infer Each ? (Each extends Action ? Omit<Each, 'id'> : never) : never;

interface OpenStep {
  readonly id: string;
  readonly title: string;
  readonly actions: Action[];
  readonly checks: PlacedCheck[];
}

/** Reads a tree; mistakes go to `report` and the reading goes on. */
export function readSteps(tree: Root, guide: GuideHeader, report: Report): Reading {
  const reader = new Reader(guide, report);
  for (const node of tree.children) reader.read(node, false);
  checkSummary(tree, report);
  const steps = reader.sections.filter(isStep);
  checkSequence(steps, report);
  return { steps, hints: reader.hints, marks: reader.marks };
}

function isStep(section: OpenStep): boolean {
  return section.actions.length > 0 || section.checks.length > 0;
}

class Reader {
  readonly sections: OpenStep[] = [];
  readonly hints: PlacedHint[] = [];
  readonly marks = new Map<Nodes, Mark>();
  readonly #guide: GuideHeader;
  readonly #report: Report;
  /** What each file holds after the listings so far, by absolute path. */
  readonly #files = new Map<string, string>();
  /** Paths whose last editor was opened with sudo (true) or without (false). */
  readonly #editedAsRoot = new Map<string, boolean>();

  constructor(guide: GuideHeader, report: Report) {
    this.#guide = guide;
    this.#report = report;
  }

  /** Reads a node and what is in it. `aside`: it stands in a Hint, a Note or the Summary. */
  read(node: Nodes, aside: boolean): void {
    if (node.type === 'heading') this.#readHeading(node);
    else if (node.type === 'code') this.#readFence(node, aside);
    else if (isJsxElement(node)) this.#readElement(node, aside);
    else if (node.type === 'mdxjsEsm')
      this.#report(lineOf(node), 'import', 'chapters hold no code: no import or export');
    else if (node.type === 'mdxFlowExpression' || node.type === 'mdxTextExpression') {
      const isComment = /^\s*\/\*[^]*\*\/\s*$/.test(node.value);
      if (!isComment)
        this.#report(
          lineOf(node),
          '{',
          'chapters hold no expressions; write \\{ for a brace, {/* … */} for a comment',
        );
    } else if ('children' in node) for (const child of node.children) this.read(child, aside);
  }

  #readHeading(heading: Heading): void {
    if (heading.depth === 1) {
      this.#report(lineOf(heading), '#', 'the title is in the front matter; sections begin with ##');
    }
    if (heading.depth !== 2) return;
    const title = toString(heading);
    const id = slugOf(title);
    if (id === '') this.#report(lineOf(heading), '##', `"${title}" has no letter or digit to make an id of`);
    if (this.sections.some((section) => section.id === id)) {
      this.#report(lineOf(heading), '##', `two sections have the id "${id}"; give this one another heading`);
    }
    const section: OpenStep = { id, title, actions: [], checks: [] };
    this.sections.push(section);
    this.marks.set(heading, { kind: 'section', slug: id, isStep: () => isStep(section) });
  }

  #readFence(fence: Code, aside: boolean): void {
    const line = lineOf(fence);
    const keys = readFenceKeys(fence.meta ?? '', line, this.#report);
    if (fence.lang === 'console') this.#readConsole(fence, keys, aside);
    else if (keys.has('title')) this.#readFile(fence, keys, aside);
    else {
      requireKeys(keys, 'a fence without title="…"', { withValue: [], bare: [] }, line, this.#report);
      if (fence.lang === 'text' && !aside) this.#readOutput(fence.value);
    }
  }

  /**
   * A picture of output shows what the last command of its step prints, maybe only later; behind keys, what the command
   * in their terminal does. An editor prints nothing.
   */
  #readOutput(shown: string): void {
    const actions = this.sections.at(-1)?.actions ?? [];
    const last = actions.findLast(({ kind }) => kind === 'command' || kind === 'press');
    const index = actions.findLastIndex(
      (action) => action.kind === 'command' && (last?.kind !== 'press' || action.terminal === last.terminal),
    );
    const command = actions[index];
    if (command?.kind !== 'command' || command.edits !== undefined) return;
    actions[index] = { ...command, output: `${command.output}\n${shown}`.trim() };
  }

  #readConsole(fence: Code, keys: FenceKeys, aside: boolean): void {
    const line = lineOf(fence);
    const allowed = { withValue: ['until', 'terminal', 'exit', 'answer', 'varies'], bare: ['alternative'] };
    requireKeys(keys, 'a console fence', allowed, line, this.#report);
    const lines = readConsole(fence.value, line + 1, this.#report);
    for (const key of ['until', 'exit', 'answer', 'varies']) {
      if (keys.has(key) && lines.length > 1) {
        this.#report(line, key, 'is about one command; put that command in a fence of its own');
      }
    }
    if (keys.has('varies') && lines.every(({ output }) => output === '')) {
      this.#report(line, 'varies', 'no output is shown below the command; leave the key out');
    }
    const shared = {
      terminal: numberKey(keys, 'terminal', { from: 1, to: 3, fallback: 1 }, line, this.#report),
      exit: numberKey(keys, 'exit', { from: 0, to: 255, fallback: 0 }, line, this.#report),
      alternative: keys.has('alternative'),
      ...textKey(keys, 'until'),
      ...textKey(keys, 'answer'),
      ...textKey(keys, 'varies'),
    };
    if (aside) {
      this.marks.set(fence, { kind: 'aside' });
      return;
    }
    const ids = lines.map((each) =>
      this.#add({ kind: 'command', ...shared, ...each, ...this.#readCommand(each.command, each.line) }),
    );
    this.marks.set(fence, { kind: 'actions', ids, added: [] });
  }

  #readCommand(command: string, line: number): Pick<CommandAction, 'edits' | 'reboots'> {
    const reboots = rebootsMachine(command);
    const nano = nanoFile(command);
    if (!nano) return { reboots };
    const path = nano.path === undefined ? null : this.#absolute(nano.path);
    if (path === null) {
      this.#report(line, 'nano', 'say which file, with a path that begins with ~/ or /');
      return { reboots };
    }
    this.#editedAsRoot.set(path, nano.asRoot);
    return { edits: path, reboots };
  }

  #readFile(fence: Code, keys: FenceKeys, aside: boolean): void {
    const line = lineOf(fence);
    const placeKeys = ['before', 'after', 'replaces'] as const;
    requireKeys(keys, 'a file fence', { withValue: ['title', ...placeKeys], bare: [] }, line, this.#report);
    const shownPath = String(keys.get('title'));
    const path = this.#absolute(shownPath);
    if (path === null) {
      this.#report(line, 'title', `"${shownPath}" must be a path that begins with ~/ or /`);
      return;
    }
    if (aside) {
      this.marks.set(fence, { kind: 'aside' });
      return;
    }
    const places = placeKeys.filter((key) => keys.has(key));
    if (places.length > 1)
      this.#report(line, places.join(', '), 'a part has one place: give only one of them');
    if (fence.value.trim() === '') this.#report(line, 'title', 'the listing is empty');
    const where = places[0];
    const listing = {
      shownPath,
      content: fence.value.endsWith('\n') ? fence.value : `${fence.value}\n`,
      ...(where && { place: { where, anchor: String(keys.get(where)) } }),
    };
    const before = this.#files.get(path);
    if (!where) this.#files.set(path, listing.content);
    else if (before !== undefined) {
      try {
        this.#files.set(path, applyListing(before, listing));
      } catch (problem) {
        this.#report(line, where, problem instanceof Error ? problem.message : String(problem));
      }
    }
    const added = where ? [] : addedLines(before, listing.content);
    const asRoot = this.#editedAsRoot.get(path) ?? !path.startsWith(`${this.#guide.home}/`);
    const file: Omit<FileAction, 'id'> = {
      kind: 'file',
      line,
      path,
      language: fence.lang ?? 'text',
      addedLines: added,
      asRoot,
      ...listing,
    };
    this.marks.set(fence, { kind: 'actions', ids: [this.#add(file)], added });
  }

  #readElement(element: JsxElement, aside: boolean): void {
    const line = lineOf(element);
    switch (element.name ?? '') {
      case 'Press': {
        const press = readPress(element, line, this.#report);
        if (press) this.#addElement(element, { kind: 'press', line, ...press }, aside);
        return;
      }
      case 'Visit': {
        const visit = readVisit(element, line, this.#report);
        if (!visit) return;
        const { url, expect, outcome } = visit;
        this.#addElement(
          element,
          { kind: 'visit', line, url, outcome, ...(expect !== undefined && { expect }) },
          aside,
        );
        return;
      }
      case 'Check':
        this.#readCheck(element, aside);
        return;
      case 'Figure':
        checkFigure(element, this.#guide, line, this.#report);
        this.marks.set(element, { kind: 'figure' });
        return;
      case 'Hint':
      case 'Note':
      case 'Summary':
        checkBox(element, line, this.#report);
        if (element.name === 'Hint') this.#readHint(element);
        for (const child of element.children) this.read(child, true);
        return;
      default:
        if (!HTML_ELEMENTS.includes(element.name ?? '')) {
          const known = [
            ...COMPONENTS.map((name) => `<${name}>`),
            ...HTML_ELEMENTS.map((name) => `<${name}>`),
          ];
          this.#report(line, `<${element.name ?? ''}>`, `unknown element; known are ${known.join(', ')}`);
        }
        for (const child of element.children) this.read(child, aside);
    }
  }

  #readHint(element: JsxElement): void {
    const given = element.attributes.find(
      (attribute) => attribute.type === 'mdxJsxAttribute' && attribute.name === 'title',
    )?.value;
    // What is wrong with it has been reported.
    if (typeof given !== 'string') return;
    const title = given.trim();
    const id = `hint-${slugOf(title)}`;
    if (this.hints.some((hint) => hint.id === id))
      this.#report(lineOf(element), '<Hint> title', `two hints are called "${title}"; say where it belongs`);
    this.hints.push({ id, title });
    this.marks.set(element, { kind: 'hint', id });
  }

  #addElement(element: JsxElement, action: NewAction, aside: boolean): void {
    if (aside) {
      this.#report(
        action.line,
        `<${element.name}>`,
        'cannot stand in a Hint, a Note or the Summary: those are not replayed',
      );
      return;
    }
    this.marks.set(element, { kind: 'actions', ids: [this.#add(action)], added: [] });
  }

  #readCheck(element: JsxElement, aside: boolean): void {
    const line = lineOf(element);
    const placed = readCheck(element, this.#guide.home, line, this.#report);
    if (aside) this.#report(line, '<Check>', 'cannot stand in a Hint, a Note or the Summary');
    if (!placed || aside) return;
    this.#checkPlaceholders(JSON.stringify(placed), '<Check>', line);
    const section = this.#section('<Check>', line);
    if (!section) return;
    const id = `${section.id}/check-${section.checks.length + 1}`;
    section.checks.push({ id, line, ...placed });
    this.marks.set(element, { kind: 'check', id });
  }

  /** Adds an action to the section of now and returns its id. */
  #add(action: NewAction): string {
    this.#checkPlaceholders(playedText(action), action.kind, action.line);
    const section = this.#section(action.kind, action.line);
    if (!section) return '';
    const id = `${section.id}/${section.actions.length + 1}`;
    section.actions.push({ id, ...action });
    return id;
  }

  #section(key: string, line: number): OpenStep | undefined {
    const section = this.sections.at(-1);
    if (!section) this.#report(line, key, 'stands before the first ## heading, so it belongs to no step');
    return section;
  }

  #checkPlaceholders(text: string, key: string, line: number): void {
    for (const [name, { value }] of Object.entries(this.#guide.placeholders)) {
      if (text.includes(name))
        this.#report(line, key, `the placeholder ${name} is left open; write its value, ${value}`);
    }
  }

  #absolute(path: string): string | null {
    const absolute = path.replace(/^~(?=\/)/, this.#guide.home);
    return /^\/\S*[^/\s]$/.test(absolute) ? absolute : null;
  }
}

function playedText(action: NewAction): string {
  switch (action.kind) {
    case 'command':
      return action.command;
    case 'file':
      return `${action.path}\n${action.content}`;
    case 'press':
      return action.keys;
    case 'visit':
      return action.url;
  }
}
