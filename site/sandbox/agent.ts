/** The page's end of the agent (`sandbox-images/GUEST.md`): JSON, one object a line, over console 3. */
import { z } from 'zod';
import { afterRunning } from './running-time.ts';
import { SandboxError } from './types.ts';
import type { ExecOptions, ExecResult, FileStat, GuestAgent, SandboxProblem } from './types.ts';

const event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready') }),
  z.object({ event: z.literal('shutdown'), then: z.enum(['restart', 'power-off']) }),
]);
const answer = z.discriminatedUnion('ok', [
  z.looseObject({ id: z.number(), ok: z.literal(true) }),
  z.object({ id: z.number(), ok: z.literal(false), error: z.string() }),
]);
const text = z.string().transform(fromBase64);
const execAnswer = z.object({ code: z.number(), stdout: text, stderr: text });
const readAnswer = z.union([z.object({ data: text }), z.object({ missing: z.literal(true) })]);
const statAnswer = z.union([
  z.object({
    type: z.enum(['file', 'directory', 'symlink', 'socket', 'other']),
    mode: z.number(),
    owner: z.string(),
    group: z.string(),
    size: z.number(),
    target: z.string().optional(),
  }),
  z.object({ missing: z.literal(true) }),
]);

/** How long a guest that runs may be silent beyond what was asked of it, milliseconds. It can be busy. */
const PATIENCE_MS = 30_000;
const DEFAULT_EXEC_MS = 20_000;

/** What the guest does when it shuts itself down. */
export type Shutdown = 'restart' | 'power-off';

/** A line longer than this is not an answer: the largest holds two streams of 1 MiB in base64. */
const LONGEST_LINE = 4 * 1024 * 1024;
/** How the agent begins each of its lines. */
const MESSAGE_STARTS = ['{"id":', '{"event":'] as const;

interface Request {
  readonly message: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Asked once more when the agent is restarted: it only reads, and has not been repeated yet. */
  readonly repeatable: boolean;
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

export class AgentClient implements GuestAgent {
  readonly #send: (bytes: Uint8Array) => Promise<void>;
  readonly #standsStill: () => boolean;
  readonly #requests = new Map<number, Request>();
  readonly #shutdownListeners = new Set<(then: Shutdown) => void>();
  readonly #readyListeners = new Set<() => void>();
  #lines = new LineReader(LONGEST_LINE);
  /** Not from 1: a machine that was saved may still answer what it was asked before. */
  #nextId = Math.floor(Math.random() * 2 ** 30);

  /** `standsStill`: whether the guest does, and cannot answer. Such time does not count. */
  constructor(send: (bytes: Uint8Array) => Promise<void>, standsStill: () => boolean) {
    this.#send = send;
    this.#standsStill = standsStill;
  }

  /** Output of console 3. Lines that are not ours (a kernel's, a torn one) are passed over. */
  receive(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) this.#handle(line);
  }

  /** Calls `listener` whenever the agent says that it has started. Returns an unsubscribe function. */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener);
    return () => this.#readyListeners.delete(listener);
  }

  /** Calls `listener` when the guest begins to shut itself down. Returns an unsubscribe function. */
  onShutdown(listener: (then: Shutdown) => void): () => void {
    this.#shutdownListeners.add(listener);
    return () => this.#shutdownListeners.delete(listener);
  }

  /** The machine is gone: everything under way fails with `problem`. */
  abandon(problem: SandboxProblem): void {
    for (const request of this.#takeRequests()) request.reject(new SandboxError(problem));
    this.#lines = new LineReader(LONGEST_LINE);
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const timeout = options.timeoutMs ?? DEFAULT_EXEC_MS;
    const request = {
      op: 'exec',
      argv,
      timeout,
      ...(options.stdin !== undefined && { stdin: toBase64(new TextEncoder().encode(options.stdin)) }),
      ...(options.user !== undefined && { user: options.user }),
    };
    return understood(execAnswer, await this.#ask(request, timeout + PATIENCE_MS), 'exec');
  }

  async readFile(path: string): Promise<string | null> {
    const result = understood(readAnswer, await this.#ask({ op: 'read', path }), path);
    return 'missing' in result ? null : result.data;
  }

  async writeFile(
    path: string,
    content: string,
    options: { owner?: string; mode?: number } = {},
  ): Promise<void> {
    await this.#ask({ op: 'write', path, data: toBase64(new TextEncoder().encode(content)), ...options });
  }

  async stat(path: string): Promise<FileStat | null> {
    const result = understood(statAnswer, await this.#ask({ op: 'stat', path }), path);
    if ('missing' in result) return null;
    const { type, mode, owner, group, size, target } = result;
    return { type, mode, owner, group, sizeBytes: size, ...(target !== undefined && { target }) };
  }

  /** Sets the guest's wall clock to the page's. */
  async setClock(): Promise<void> {
    await this.#ask({ op: 'clock', ms: Date.now() });
  }

  /** Gives the guest's random pool bytes of its own: a restored pool is the same for every reader. */
  async seed(): Promise<void> {
    const bytes = crypto.getRandomValues(new Uint8Array(64));
    await this.#ask({ op: 'seed', data: toBase64(bytes) });
  }

  /** Gives the guest's shells the key that their marks carry from now on. */
  async setMarkKey(key: string): Promise<void> {
    await this.#ask({ op: 'mark-key', key });
  }

  #ask(
    message: Readonly<Record<string, unknown>>,
    timeoutMs = PATIENCE_MS,
  ): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const repeatable = message['op'] === 'read' || message['op'] === 'stat';
      this.#start({ message, timeoutMs, repeatable, resolve, reject });
    });
  }

  #start(request: Omit<Request, 'cancelTimer'>): void {
    const id = this.#nextId++;
    const fail = (error: SandboxError): void => {
      cancelTimer();
      // It may have been settled meanwhile, or asked again under another number.
      if (this.#requests.delete(id)) request.reject(error);
    };
    const subject = String(request.message['op']);
    const cancelTimer = afterRunning(request.timeoutMs, this.#standsStill, () =>
      fail(
        new SandboxError({
          code: 'agent-silent',
          message: 'The machine does not answer. It may be very busy; if it stays so, reset it.',
          subject,
        }),
      ),
    );
    this.#requests.set(id, { ...request, cancelTimer });
    const bytes = new TextEncoder().encode(`${JSON.stringify({ id, ...request.message })}\n`);
    void this.#deliver(bytes, (error) =>
      fail(
        error instanceof SandboxError
          ? error
          : new SandboxError({ code: 'internal', message: messageOf(error), subject }, { cause: error }),
      ),
    );
  }

  async #deliver(bytes: Uint8Array, failed: (error: unknown) => void): Promise<void> {
    try {
      await this.#send(bytes);
    } catch (error) {
      failed(error);
    }
  }

  /** All requests under way, which then no longer are. */
  #takeRequests(): Request[] {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) request.cancelTimer();
    return requests;
  }

  #handle(line: string): void {
    // Noise is thrown out before it costs an exception.
    if (!MESSAGE_STARTS.some((start) => line.startsWith(start))) return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    const happened = event.safeParse(message);
    if (happened.success) {
      if (happened.data.event === 'ready') this.#handleReady();
      else for (const listener of this.#shutdownListeners) listener(happened.data.then);
      return;
    }
    const parsed = answer.safeParse(message);
    if (!parsed.success) return;
    const request = this.#requests.get(parsed.data.id);
    if (!request) return;
    this.#requests.delete(parsed.data.id);
    request.cancelTimer();
    if (parsed.data.ok) request.resolve(parsed.data);
    else request.reject(new SandboxError({ code: 'internal', message: parsed.data.error }));
  }

  /** The agent has just started: what was asked of an earlier one will not be answered. */
  #handleReady(): void {
    for (const request of this.#takeRequests()) {
      if (request.repeatable) {
        this.#start({ ...request, repeatable: false });
      } else {
        request.reject(
          new SandboxError({
            code: 'agent-silent',
            message: 'The agent was restarted before it answered. Try again.',
            subject: String(request.message['op']),
          }),
        );
      }
    }
    for (const listener of this.#readyListeners) listener();
  }
}

/** Lines of text out of bytes, each character looked at once. A line that is too long is dropped. */
class LineReader {
  readonly #longest: number;
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  push(bytes: Uint8Array): string[] {
    const parts = this.#decoder.decode(bytes, { stream: true }).split('\n');
    const rest = parts.pop() ?? '';
    const lines = parts.flatMap((part) => {
      this.#keep(part);
      const line = this.#length > this.#longest ? [] : [this.#pieces.join('')];
      this.#pieces = [];
      this.#length = 0;
      return line;
    });
    this.#keep(rest);
    return lines;
  }

  #keep(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#longest) this.#pieces = [];
    else if (piece !== '') this.#pieces.push(piece);
  }
}

/** An answer of the shape that it must have. Throws a {@link SandboxError} for any other. */
function understood<T>(shape: z.ZodType<T>, answer: unknown, subject: string): T {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  throw new SandboxError(
    {
      code: 'internal',
      message: 'The agent gave an answer that makes no sense. Reset the machine.',
      subject,
    },
    { cause: result.error },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function fromBase64(encoded: string, context: z.RefinementCtx): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)));
  } catch {
    context.addIssue('not base64');
    return z.NEVER;
  }
}
