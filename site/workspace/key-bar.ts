/** A bar of the keys that a touch screen's keyboard lacks; `terminal.css` shows it where the pointer is a finger. */
import { bytesOfKeys } from '../chapter/keys.ts';
import type { ArrowKey } from '../chapter/keys.ts';
import { changeFontSize } from './terminal-font.ts';

export interface KeyBarEvents {
  /** Bytes for the guest. */
  readonly onKey: (bytes: string) => void;
  /** What an arrow key sends is the program's choice. */
  readonly onArrow: (key: ArrowKey) => void;
  readonly onFind: () => void;
}

interface Button {
  readonly label: string;
  /** Spoken name; the label when there is none. */
  readonly name?: string;
  readonly keys: string;
}

const KEYS: readonly Button[] = [
  { label: 'Esc', name: 'Escape', keys: 'Esc' },
  { label: 'Tab', keys: 'Tab' },
];
const INTERRUPT: Button = { label: '^C', name: 'Control C: interrupt', keys: 'Ctrl+C' };
const ARROWS: readonly { readonly label: string; readonly key: ArrowKey }[] = [
  { label: '←', key: 'Left' },
  { label: '↑', key: 'Up' },
  { label: '↓', key: 'Down' },
  { label: '→', key: 'Right' },
];
/** What nano writes at its own foot. */
const NANO: readonly Button[] = [
  { label: '^O Write Out', name: 'Control O: write out', keys: 'Ctrl+O' },
  { label: '^X Exit', name: 'Control X: exit', keys: 'Ctrl+X' },
  { label: '^W Where Is', name: 'Control W: where is', keys: 'Ctrl+W' },
  { label: '^K Cut', name: 'Control K: cut', keys: 'Ctrl+K' },
];

export class KeyBar {
  readonly element = document.createElement('div');
  readonly #nano = document.createElement('div');
  readonly #ctrl = document.createElement('button');
  #isCtrlHeld = false;

  constructor(events: KeyBarEvents) {
    this.element.className = 'key-bar';
    this.element.dataset['keyBar'] = '';
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Keys');
    this.#nano.className = 'key-row';
    this.#nano.hidden = true;
    /** A key for which a held Ctrl is not meant; Ctrl is released with it. */
    const releasing = (label: string, name: string, onPress: () => void): HTMLButtonElement =>
      key(label, name, () => {
        this.#holdCtrl(false);
        onPress();
      });
    const press = ({ label, name = label, keys }: Button): HTMLButtonElement =>
      releasing(label, name, () => events.onKey(bytesOfKeys(keys)));
    this.#nano.append(...NANO.map(press));
    this.#ctrl = key('Ctrl', 'Control: holds for the next key', () => this.#holdCtrl(!this.#isCtrlHeld));
    this.#holdCtrl(false);
    const row = document.createElement('div');
    row.className = 'key-row';
    row.append(
      ...KEYS.map(press),
      this.#ctrl,
      press(INTERRUPT),
      ...ARROWS.map(({ label, key: arrow }) =>
        releasing(label, `${arrow} arrow`, () => events.onArrow(arrow)),
      ),
      key('A−', 'Smaller letters', () => changeFontSize(-1)),
      key('A+', 'Larger letters', () => changeFontSize(1)),
      releasing('Find', 'Find in the terminal', () => events.onFind()),
    );
    this.element.append(this.#nano, row);
    // The keyboard of the screen goes away when the terminal loses the focus.
    this.element.addEventListener('pointerdown', (event) => event.preventDefault());
    this.element.addEventListener('mousedown', (event) => event.preventDefault());
  }

  /** What the reader typed, with Ctrl if the bar's Ctrl was pressed before. */
  typed(data: string): string {
    if (!this.#isCtrlHeld) return data;
    const control = controlCharacter(data.slice(0, 1));
    if (control === null) return data;
    this.#holdCtrl(false);
    return control + data.slice(1);
  }

  /** The command that runs in this terminal now; `null` at the prompt. */
  setCommand(commandLine: string | null): void {
    this.#nano.hidden = commandLine === null || !isNano(commandLine);
  }

  #holdCtrl(isHeld: boolean): void {
    this.#isCtrlHeld = isHeld;
    this.#ctrl.setAttribute('aria-pressed', String(isHeld));
  }
}

/** What Ctrl makes of a character; `null` when it makes nothing of it. */
export function controlCharacter(character: string): string | null {
  return /^[a-z@[\]\\^_]$/i.test(character) ? bytesOfKeys(`Ctrl+${character}`) : null;
}

/** Whether a command line opens nano, with or without sudo. */
export function isNano(commandLine: string): boolean {
  return /^\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\/usr\/bin\/|\/bin\/)?r?nano(?:\s|$)/.test(commandLine);
}

function key(label: string, name: string, onPress: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  // Who speaks to the computer says what is written on the key.
  const isSaid = name.includes(label) || !/[a-z]/i.test(label);
  button.setAttribute('aria-label', isSaid ? name : `${label}, ${name}`);
  button.addEventListener('click', onPress);
  return button;
}
