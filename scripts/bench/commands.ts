/** The commands whose first and second time after a start are measured, and the table of these times. */
import { alignColumns, median } from './figures.ts';

export interface BenchCommand {
  /** `guide/chapter`: at its start the command works. */
  readonly chapter: string;
  readonly command: string;
  /** The program fills the screen: it is there when this text is, and the key `leave` ends it. */
  readonly fullScreen?: { readonly text: string; readonly leave: string };
  /** It needs the virtual internet, which only our own machine has. */
  readonly internet?: boolean;
  /** It takes more than a minute in plain v86. */
  readonly slowInPlain?: boolean;
}

/** Pip, Nginx and its service are there, and nothing of the reader's yet. */
export const COMMANDS_CHAPTER = 'ubuntu-16.04-flask/virtual-environment';

export const COMMANDS: readonly BenchCommand[] = [
  { chapter: COMMANDS_CHAPTER, command: 'python3 -c pass' },
  { chapter: COMMANDS_CHAPTER, command: 'pip3 --version', slowInPlain: true },
  { chapter: COMMANDS_CHAPTER, command: 'sudo systemctl status nginx --no-pager' },
  { chapter: COMMANDS_CHAPTER, command: 'sudo nginx -t' },
  { chapter: COMMANDS_CHAPTER, command: 'nano', fullScreen: { text: 'GNU nano', leave: 'Ctrl+X' } },
  { chapter: 'ubuntu-16.04-flask/components', command: 'sudo apt-get update', internet: true },
];

/** Milliseconds from Enter to the end; of a program that fills the screen, until it is there. */
export interface CommandTimes {
  readonly command: string;
  /** Typed as soon as a machine has started. */
  readonly firstMs: number;
  /** Typed right after that. */
  readonly secondMs: number;
  /** What the guest's processor ran both times, where the machine counts it. */
  readonly firstInstructions?: number;
  readonly secondInstructions?: number;
}

/** Where commands were run: the heading of its columns, and the times of every run. */
export interface CommandPlace {
  readonly title: string;
  readonly times: readonly CommandTimes[];
}

/** Millions of instructions of each command, first and second time, medians of all runs. */
export function instructionsTable(times: readonly CommandTimes[]): string {
  const cell = (counts: readonly (number | undefined)[]): string => {
    const middle = median(counts.filter((count) => count !== undefined));
    return middle === undefined ? '-' : (middle / 1e6).toFixed(0);
  };
  return alignColumns([
    ['Millions of instructions of the guest', 'first', 'second'],
    ...COMMANDS.map(({ command }) => {
      const own = times.filter((each) => each.command === command);
      return [
        command,
        cell(own.map(({ firstInstructions }) => firstInstructions)),
        cell(own.map(({ secondInstructions }) => secondInstructions)),
      ];
    }),
  ]);
}

/** First and second time of each command in each place, medians of all runs; `-` where it was not measured. */
export function commandsTable(places: readonly CommandPlace[]): string {
  const cell = (times: readonly number[]): string => {
    const middle = median(times);
    return middle === undefined ? '-' : `${(middle / 1000).toFixed(2)} s`;
  };
  return alignColumns([
    ['First and second time after a start', ...places.flatMap(({ title }) => [title, ''])],
    ...COMMANDS.map(({ command }) => [
      command,
      ...places.flatMap(({ times }) => {
        const own = times.filter((each) => each.command === command);
        return [cell(own.map(({ firstMs }) => firstMs)), cell(own.map(({ secondMs }) => secondMs))];
      }),
    ]),
  ]);
}
