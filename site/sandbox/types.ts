/**
 * The port through which everything else sees the machine. Nothing under `site/sandbox/` knows of a
 * page, a chapter or a component. What works with a machine (workspace, checks, replay) knows it by this file only;
 * `client.ts` makes one in a page, and the build and the tests use `local.ts`, which can do more.
 *
 * The same port has two implementations: `LocalSandbox` runs the machine in this thread (Node, and the
 * worker itself), `WorkerSandbox` is its stand-in on the page's main thread.
 */

import type { SaveReport, SaveRequest } from './saved.ts';
import type { ShellMark } from './shell-marks.ts';

/** Number of reader's terminals: consoles hvc0 to hvc2 of the guest. hvc3 is the agent's. */
export const TERMINAL_COUNT = 3;

/** What went wrong, in words that a reader can act on. `code` is stable and tested; `message` is shown. */
export interface SandboxProblem {
  readonly code:
    | 'no-webassembly'
    | 'no-worker'
    /** The machine was switched off (or was never on) while something was asked of it. */
    | 'switched-off'
    | 'fetch-failed'
    /** A file arrives so slowly that the machine stands still meanwhile. Nothing is lost, and it goes on by itself. */
    | 'slow-network'
    /** The host no longer has the file: the site has been updated since this page was opened. */
    | 'gone'
    | 'wrong-hash'
    | 'wrong-version'
    | 'out-of-memory'
    | 'guest-crashed'
    | 'agent-silent'
    /** The browser has no room left for what the machine is saved to. */
    | 'storage-full'
    /** The browser keeps nothing, or gave up what it kept. */
    | 'no-storage'
    /** Another tab owns the saved machine. */
    | 'other-tab'
    /** The saved machine is damaged, or was saved by another version of this site. */
    | 'not-saved'
    | 'internal';
  readonly message: string;
  /** The file, host or command concerned, when there is one. */
  readonly subject?: string;
}

/** An error that carries a {@link SandboxProblem}. */
export class SandboxError extends Error {
  readonly problem: SandboxProblem;
  constructor(problem: SandboxProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = 'SandboxError';
    this.problem = problem;
  }
}

/** The life of the machine, as the reader sees it. */
export type SandboxState =
  | { readonly status: 'off' }
  /** Fetching what the start needs. Both figures are bytes as they cross the network. */
  | { readonly status: 'fetching'; readonly loadedBytes: number; readonly totalBytes: number }
  /** Everything is here; memory is being restored. Takes under a second. */
  | { readonly status: 'restoring' }
  /** A real boot (first boot of an image, `sudo reboot`, or `switchOn`). `message` is the kernel's or systemd's last line. */
  | { readonly status: 'booting'; readonly message: string }
  /** `problem`: what does not work although the machine does. */
  | { readonly status: 'running'; readonly problem?: SandboxProblem }
  /** The guest shuts itself down (`sudo reboot`, `sudo poweroff`); `booting` or `halted` follows. */
  | { readonly status: 'stopping'; readonly then: 'restart' | 'power-off' }
  /** The guest has switched itself off. Its disk is kept: `switchOn` boots from it, `start` begins again from the image. */
  | { readonly status: 'halted' }
  | { readonly status: 'paused'; readonly reason: 'hidden' | 'reader' }
  /** A file could not be had; the machine stands still until `retry()`, or until the file arrives. Nothing is lost. */
  | { readonly status: 'waiting'; readonly problem: SandboxProblem }
  | { readonly status: 'failed'; readonly problem: SandboxProblem };

/** Where to start. */
export interface StartOptions {
  /** Folder of the image's `image.json`: an absolute URL (`https:` in a page, `file:` in Node) that ends in a slash. */
  readonly imageUrl: string;
  /** Name of a snapshot in the image: `base`, or a chapter's `guide/chapter`. `null` boots for real. */
  readonly snapshot: string | null;
  /** SHA-256 of the image's manifests as the page was built with them, by path below `imageUrl`. Others are refused. */
  readonly manifestHashes?: Readonly<Record<string, string>>;
  /** The guide whose saved machine, which began with `snapshot`, is to go on. */
  readonly saved?: string;
  /** The program that runs a machine of an earlier release: an absolute URL. For `client.ts` only; default this release's. */
  readonly program?: string;
}

/**
 * What came of preparing a start. `whole`: the machine has only to be let run. `in part`: the rest has to come from the
 * network. `failed`: nothing.
 */
export type Prepared = 'whole' | 'in part' | 'failed';

/** Whether two starts come to the same machine. A page knows one set of manifests. */
export function isSameStart(one: StartOptions, other: StartOptions): boolean {
  return one.imageUrl === other.imageUrl && one.snapshot === other.snapshot && one.saved === other.saved;
}

/** One of the reader's terminals: bytes out of and into a console of the guest. */
export interface TerminalPort {
  /**
   * Calls `listener` with each piece of output that the console prints, marks of the shell included. The guest stands
   * still while listeners have not dealt with much of what it printed: a listener returns a promise for when it has.
   * Returns an unsubscribe function.
   */
  onData(listener: (bytes: Uint8Array) => void | Promise<void>): () => void;
  /**
   * Calls `listener` with every mark of the shell, in order with the bytes around it. Marks that the guest merely
   * prints, without the key that the shell has from the agent, are not among them. Returns an unsubscribe function.
   */
  onMark(listener: (mark: ShellMark) => void): () => void;
  /**
   * Types into the console; long input is paced so that nothing is dropped. Resolves when the guest has taken it.
   * What is typed before the machine first runs, or while it shuts down, is refused with `switched-off`.
   */
  write(data: string | Uint8Array): Promise<void>;
  /**
   * Tells the guest the size in character cells (SIGWINCH reaches the foreground program). While the machine starts the
   * size is kept until the guest can be told. A machine that is off rejects it and remembers nothing.
   */
  resize(cols: number, rows: number): Promise<void>;
}

/** A finished program of the agent. */
export interface ExecResult {
  /** Exit status; 128 + signal number if a signal ended it; -1 if it ran out of time. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** Text for standard input. */
  readonly stdin?: string;
  /** Milliseconds; default 20 000. The program is killed afterwards and `code` is -1. */
  readonly timeoutMs?: number;
  /** Login to run as; default root. */
  readonly user?: string;
}

/** What `stat` says of a path. */
export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'socket' | 'other';
  /** Permission bits, for instance 0o660. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly sizeBytes: number;
  /** Where a symbolic link points (as written in it); only when `type` is `symlink`. */
  readonly target?: string;
}

/** The small root service in the guest. It only does what it is asked; the logic of checks lives outside. */
export interface GuestAgent {
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Text of a file, or `null` when there is none. Throws {@link SandboxError} for other failures. */
  readFile(path: string): Promise<string | null>;
  /**
   * Writes a file whole (through a temporary file and a rename when the file is new; in place, keeping
   * owner and mode, when it exists). `owner` is `user` or `user:group`; `mode` for instance 0o644.
   */
  writeFile(path: string, content: string, options?: { owner?: string; mode?: number }): Promise<void>;
  /** `lstat` of a path, or `null` when there is nothing. */
  stat(path: string): Promise<FileStat | null>;
}

/** A request into the guest, from outside its firewall. */
export interface HttpRequest {
  readonly method: string;
  /** `http://host[:port]/path?query`. The host becomes the Host header; the port is connected to on the guest. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds from the connection to the end of the answer; default 30 000. Connecting has 3000 of its own. */
  readonly timeoutMs?: number;
}

/** What came of it, in the terms in which a browser would report it. */
export type HttpOutcome =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly statusText: string;
      /** In order of arrival, names as sent; a name can come twice (Set-Cookie). */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array;
    }
  /** Nothing listens: the guest answered with a reset. */
  | { readonly kind: 'refused' }
  /** No answer: a firewall drops the packets, or the program is silent. */
  | { readonly kind: 'timeout'; readonly phase: 'connect' | 'answer' }
  /** The connection ended before an answer that HTTP allows. */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * The machine.
 *
 * On a machine that is off (`off`, `halted`, `failed`): `pause`, `resume` and `retry` do nothing, `http` has the
 * outcome `broken`, and everything that needs the guest (the agent, a terminal's `write` and `resize`) rejects with
 * the code `switched-off`. Whatever is under way when the machine goes off ends the same way; nothing is left pending.
 *
 * While it starts, before there is a guest (`fetching`), that is so too, but for `resize`, whose size is kept for the
 * guest. Once there is a guest (`restoring`, `booting`, `stopping`) the agent is asked and `http` connects as if it ran;
 * an agent that starts only then may answer with `agent-silent`. `write` is refused until the state is `running`.
 *
 * While it stands still (`paused`, and `waiting` once it has run) everything is taken and answered when it goes on; the
 * time limits of the agent and of `http` stand still with it.
 */
export interface Sandbox {
  getState(): SandboxState;
  /** Calls `listener` at once with the state of now, and at every change. Returns an unsubscribe function. */
  onState(listener: (state: SandboxState) => void): () => void;
  /**
   * Fetches, restores or boots; a machine that is on is ended first. Resolves when the state is `running`. Rejects with
   * {@link SandboxError}: `switched-off` when `powerOff` or another `start` came first, or when the guest switched
   * itself off; anything else with the state `failed`. While it stands in `waiting` it does neither.
   */
  start(options: StartOptions): Promise<void>;
  /**
   * A start with these options is likely. While the machine is off, does in advance whatever needs no more from the
   * network than the manifests (some 200 KB): if all else is kept from an earlier start, up to a machine that has only
   * to be let run. The state stays as it is. Resolves when all is done that can be, and never rejects: what fails is
   * left to `start`. Another call takes the place of the last; `powerOff` ends it.
   */
  prepare(options: StartOptions): Promise<Prepared>;
  /** Boots a `halted` machine from its own disk. As `start`; in any other state it does nothing. */
  switchOn(): Promise<void>;
  terminal(index: number): TerminalPort;
  readonly agent: GuestAgent;
  http(request: HttpRequest): Promise<HttpOutcome>;
  /** From `running` only; any other state stays as it is. */
  pause(reason: 'hidden' | 'reader'): Promise<void>;
  /** Ends a pause. The machine runs when this resolves, and its clock is right as soon as the agent answers. */
  resume(): Promise<void>;
  /** In `waiting`: tries the missing file again. */
  retry(): Promise<void>;
  /**
   * Saves the machine as it is now, while it runs on, in place of what was saved of its guide. `view` is called once,
   * after everything that the machine printed until then and before anything else; what it resolves with is saved too,
   * and comes back as `SavedRest.view`. Resolves with `null` when nothing could be saved just now: the machine is
   * not up, or waits for the network. Rejects with {@link SandboxError}: `storage-full`, `no-storage`, `other-tab`; what
   * was saved before is then still there.
   */
  save(request: SaveRequest, view: () => Promise<string>): Promise<SaveReport | null>;
  /** Ends the machine, in any state, and frees its memory. The state becomes `off`; `start` may follow. */
  powerOff(): Promise<void>;
  /** What the machine does inside, for a report on one that stands still. `null` when there is none. */
  diagnose(): Promise<Diagnosis | null>;
}

/** A machine's inside, to be read by people and attached to a test's report; its shape may change at any time. */
export type Diagnosis = Readonly<Record<string, unknown>>;
