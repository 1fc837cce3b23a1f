/**
 * The chapter model: what a guide says, parsed and typed. The page, the replay, the snapshots and the
 * author's commands all read this; only `site/chapter/parse.ts` reads MDX.
 */
import type { Link } from '../checks/links.ts';
import type { Check } from '../checks/model.ts';

/** A guide: `content/guides/<slug>/guide.yaml` and its chapters in order. */
export interface Guide {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  /** The system that the guide was written for. `support` says whether that is still looked after. */
  readonly system?: { readonly name: string; readonly support: string } | undefined;
  /** What it is about in a few names, `Flask` or `yum`; tells guides of similar titles apart. */
  readonly stack?: readonly string[] | undefined;
  /** Who it is for, in a word or two. */
  readonly level?: string | undefined;
  /** Its place in the list of guides; those without one come last, by slug. */
  readonly order?: number | undefined;
  /** Name of the image in `sandbox-images/` that its machine runs. */
  readonly image: string;
  /** The reader's login in the guest. */
  readonly login: string;
  readonly home: string;
  /** Names that the source leaves open and what stands for them here: `server_domain_or_IP` → `flask.example`. */
  readonly placeholders: Readonly<Record<string, { readonly value: string; readonly reason: string }>>;
  /** Lines of the source that this sandbox takes otherwise. */
  readonly deviations: readonly {
    readonly original: string;
    readonly instead: string | null;
    readonly reason: string;
  }[];
  readonly source: {
    readonly title: string;
    readonly author: string;
    readonly url: string;
    /** Absent when the source names none: then nothing of its text may be used, only what it teaches. */
    readonly licence?: string | undefined;
    /** Absent when the source does not say when it was published. */
    readonly date?: string | undefined;
  };
  /** What the guide makes of each link of the chain, from the outside in: its name, and who runs it. For figures. */
  readonly chain: readonly { readonly link: Link; readonly name: string; readonly note: string }[];
  /** The way to the guide's socket as Nginx's account goes it. For a figure. */
  readonly walk?:
    | {
        readonly account: string;
        /** From `/` to the socket. `mode` as `ls -l` shows it; `as` says which of its three parts count for the account. */
        readonly path: readonly {
          readonly name: string;
          readonly mode: string;
          readonly owner: string;
          readonly group: string;
          readonly as: 'owner' | 'group' | 'others';
        }[];
      }
    | undefined;
  /** What the reader should know or have beforehand, each a sentence or a part of one. */
  readonly prerequisites: readonly string[];
  /** What the reader can do afterwards; `check` is the title of the check of `chapter` (its slug) that proves it. */
  readonly outcomes: readonly { readonly text: string; readonly chapter: string; readonly check: string }[];
  /** Guides to go on with, and what each adds. `guide` is a slug. */
  readonly next: readonly { readonly guide: string; readonly reason: string }[];
  readonly chapters: readonly Chapter[];
}

/** What `guide.yaml` says: a guide without its chapters. */
export type GuideHeader = Omit<Guide, 'chapters'>;

export interface Chapter {
  readonly guide: string;
  /** File name without `NN-` and `.mdx`. */
  readonly slug: string;
  /** From 1. */
  readonly number: number;
  readonly title: string;
  /** One or two sentences for lists and search. */
  readonly summary: string;
  /** Honest reading and typing time. */
  readonly minutes: number;
  /** Path from the project's root, for messages. */
  readonly file: string;
  readonly steps: readonly Step[];
  /** What to read when something goes wrong, in the order of the text. */
  readonly hints: readonly PlacedHint[];
}

/** A `<Hint>`, for the index of messages. */
export interface PlacedHint {
  /** Unique in the chapter: `hint-502-bad-gateway`, an anchor of its page. */
  readonly id: string;
  readonly title: string;
}

/** A step: a level-2 section that has something to do. Sections of text alone are no steps. */
export interface Step {
  /** Slug of its heading, unique in the chapter. */
  readonly id: string;
  readonly title: string;
  /** What to do, in the order of the text. Checks are among `checks`, not here. */
  readonly actions: readonly Action[];
  /** What must be true when the step is done, in order: installed, written, running, answering. */
  readonly checks: readonly PlacedCheck[];
}

/** A check and where it stands. */
export interface PlacedCheck {
  /** `<step id>/check-1` … */
  readonly id: string;
  readonly line: number;
  /** What the reader sees beside the tick: "Nginx is installed". */
  readonly title: string;
  readonly check: Check;
}

/** Every action has an id, unique in the chapter (`<step id>/1` …), and the line of its file. */
interface ActionBase {
  readonly id: string;
  readonly line: number;
}

/** A line after `$ ` in a ```` ```console ```` fence. */
export interface CommandAction extends ActionBase {
  readonly kind: 'command';
  /** As the reader types it, placeholders filled in. */
  readonly command: string;
  /** What the step shows that it prints: below it, and in ```text fences before the next command. May be empty. */
  readonly output: string;
  /**
   * The command stays in the foreground; this text in its output shows that it is ready. From `until="…"`.
   * A `<Press>` in the same terminal ends it, and its exit status does not matter.
   */
  readonly until?: string;
  /** Terminal to type it in, from 1; default 1. From `terminal=2`. */
  readonly terminal: number;
  /** The exit status that the text expects; default 0. From `exit=1`. */
  readonly exit: number;
  /** Text typed when the command asks, from `answer="y"` (Enter follows). */
  readonly answer?: string;
  /** Why `output` is not compared with what the machine prints, from `varies="why"`. */
  readonly varies?: string;
  /** One way of several (`alternative` in the fence): a reader takes it or the one that follows. The replay leaves it out unless asked. */
  readonly alternative: boolean;
  /**
   * The command opens nano on this file (`nano PATH`, `sudo nano PATH`; absolute here). The file actions of that
   * path which follow it directly are typed into that editor as the file grows; the last of them is what is
   * saved (`savedListing` in `listing.ts` finds it). The parser makes sure that there is one.
   */
  readonly edits?: string;
  /** The command restarts the machine (`sudo reboot`). */
  readonly reboots: boolean;
}

/** A fence with `title="PATH"`: what a file holds after this action. */
export interface FileAction extends ActionBase {
  readonly kind: 'file';
  /** As in the text, for instance `~/myproject/wsgi.py`. */
  readonly shownPath: string;
  /** Absolute, `~` resolved. */
  readonly path: string;
  readonly language: string;
  /** The whole file; or, with `place`, the part that is shown. Ends in a newline. */
  readonly content: string;
  /** Where a part goes: before or after the first line that contains the anchor, or in its place. From `before="…"`, `after="…"`, `replaces="…"`. */
  readonly place?: { readonly where: 'before' | 'after' | 'replaces'; readonly anchor: string };
  /** Lines (from 1) that this listing adds to the one before of the same path in the same chapter; none in its first. */
  readonly addedLines: readonly number[];
  /** The file is root's: its editor was opened with sudo, or no editor was and it lies outside the login's home. */
  readonly asRoot: boolean;
}

/**
 * `<Press keys="Ctrl+C" />`: keys in the terminal, one after another, with blanks between them, by their names in
 * `keys.ts`. Ends the foreground command before it.
 */
export interface PressAction extends ActionBase {
  readonly kind: 'press';
  readonly keys: string;
  readonly terminal: number;
}

/** `<Visit url="…" expect="…" />`: a page in the browser pane. */
export interface VisitAction extends ActionBase {
  readonly kind: 'visit';
  readonly url: string;
  /** Text that the page shows. */
  readonly expect?: string;
  /** What comes back; default `200`. */
  readonly outcome: number | 'timeout' | 'refused';
}

export type Action = CommandAction | FileAction | PressAction | VisitAction;
