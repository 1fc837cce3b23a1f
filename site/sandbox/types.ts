/**
 * The port through which everything else sees the machine. Nothing under `site/sandbox/` knows of a
 * page, a chapter or a component; pages, checks, the replay and the scripts know only this file.
 *
 * The same port has two implementations: `LocalSandbox` runs the machine in this thread (Node, and the
 * worker itself), `WorkerSandbox` is its stand-in on the page's main thread.
 */

/** Number of reader's terminals: consoles hvc0 to hvc2 of the guest. hvc3 is the agent's. */
export const TERMINAL_COUNT = 3;

/** What went wrong, in words that a reader can act on. `code` is stable and tested; `message` is shown. */
export interface SandboxProblem {
  readonly code:
    | 'no-webassembly'
    | 'no-worker'
    | 'fetch-failed'
    | 'wrong-hash'
    | 'wrong-version'
    | 'out-of-memory'
    | 'guest-crashed'
    | 'agent-silent'
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
  /** A real boot (first boot of an image, or `sudo reboot`). `message` is the kernel's or systemd's last line. */
  | { readonly status: 'booting'; readonly message: string; readonly elapsedMs: number }
  | { readonly status: 'running' }
  | { readonly status: 'paused'; readonly reason: 'hidden' | 'reader' }
  /** A chunk could not be had; the machine stands still until `retry()`. Nothing is lost. */
  | { readonly status: 'waiting'; readonly problem: SandboxProblem }
  | { readonly status: 'failed'; readonly problem: SandboxProblem };

/** Where to start. */
export interface StartOptions {
  /** Folder of the image's `image.json`: an absolute URL (`https:` in a page, `file:` in Node) that ends in a slash. */
  readonly imageUrl: string;
  /** Name of a snapshot in the image: `base`, or a chapter's `guide/chapter`. `null` boots for real. */
  readonly snapshot: string | null;
}

/** One of the reader's terminals: bytes out of and into a console of the guest. */
export interface TerminalPort {
  /** Calls `listener` with every run of bytes that the console prints. Returns the way to stop. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Types into the console; long input is paced so that nothing is dropped. Resolves when the guest has taken it. */
  write(data: string | Uint8Array): Promise<void>;
  /** Tells the guest the size in character cells (SIGWINCH reaches the foreground program). */
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

/** The machine. */
export interface Sandbox {
  getState(): SandboxState;
  /** Calls `listener` at once with the state of now, and at every change. Returns the way to stop. */
  onState(listener: (state: SandboxState) => void): () => void;
  /** Fetches, restores or boots. Resolves when the state is `running`; rejects with {@link SandboxError}. */
  start(options: StartOptions): Promise<void>;
  terminal(index: number): TerminalPort;
  readonly agent: GuestAgent;
  http(request: HttpRequest): Promise<HttpOutcome>;
  pause(reason: 'hidden' | 'reader'): Promise<void>;
  /** Ends a pause; the guest's clock is right before this resolves. */
  resume(): Promise<void>;
  /** After `waiting`: tries the missing chunk again. */
  retry(): Promise<void>;
  /** Ends the machine and frees its memory. The state becomes `off`; `start` may follow. */
  powerOff(): Promise<void>;
}
