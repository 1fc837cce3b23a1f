/** The page's end of the agent (`sandbox-images/GUEST.md`): JSON, one object a line, over console 3. */
import { z } from 'zod';
import { SandboxError } from './types.ts';
import type { ExecOptions, ExecResult, FileStat, GuestAgent, SandboxProblem } from './types.ts';

const event = z.object({ event: z.literal('ready') });
const answer = z.discriminatedUnion('ok', [
  z.looseObject({ id: z.number(), ok: z.literal(true) }),
  z.object({ id: z.number(), ok: z.literal(false), error: z.string() }),
]);
const execAnswer = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
const readAnswer = z.union([z.object({ data: z.string() }), z.object({ missing: z.literal(true) })]);
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

/** How long the agent may be silent beyond what was asked of it, milliseconds. The guest can be busy. */
const PATIENCE_MS = 30_000;
const DEFAULT_EXEC_MS = 20_000;

interface Request {
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class AgentClient implements GuestAgent {
  readonly #send: (bytes: Uint8Array) => Promise<void>;
  readonly #requests = new Map<number, Request>();
  readonly #decoder = new TextDecoder();
  #readyListeners: (() => void)[] = [];
  readonly #shutdownListeners = new Set<(then: 'restart' | 'power-off') => void>();
  #nextId = 1;
  #rest = '';

  constructor(send: (bytes: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /** Output of console 3. Lines that are no message of ours (a kernel's, a torn one) are passed over. */
  receive(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#handle(line);
  }

  /** Resolves at the agent's next `ready`, which it says when it starts. */
  nextReady(): Promise<void> {
    return new Promise((resolve) => this.#readyListeners.push(resolve));
  }

  /** The machine is gone: everything under way fails with `reason`. */
  abandon(problem: SandboxProblem): void {
    for (const request of this.#requests.values()) {
      clearTimeout(request.timer);
      request.reject(new SandboxError(problem));
    }
    this.#requests.clear();
    this.#rest = '';
  }

  /** Calls `listener` when the guest begins to shut itself down. Returns an unsubscribe function. */
  onShutdown(listener: (then: 'restart' | 'power-off') => void): () => void {
    this.#shutdownListeners.add(listener);
    return () => this.#shutdownListeners.delete(listener);
  }

  async setMarkKey(key: string): Promise<void> {
    await this.#ask({ op: 'mark-key', key });
  }

  async ping(timeoutMs = PATIENCE_MS): Promise<void> {
    await this.#ask({ op: 'ping' }, timeoutMs);
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const timeout = options.timeoutMs ?? DEFAULT_EXEC_MS;
    const result = execAnswer.parse(
      await this.#ask(
        {
          op: 'exec',
          argv,
          timeout,
          ...(options.stdin !== undefined && { stdin: toBase64(new TextEncoder().encode(options.stdin)) }),
          ...(options.user !== undefined && { user: options.user }),
        },
        timeout + PATIENCE_MS,
      ),
    );
    return { code: result.code, stdout: fromBase64(result.stdout), stderr: fromBase64(result.stderr) };
  }

  async readFile(path: string): Promise<string | null> {
    const result = readAnswer.parse(await this.#ask({ op: 'read', path }));
    return 'missing' in result ? null : fromBase64(result.data);
  }

  async writeFile(
    path: string,
    content: string,
    options: { owner?: string; mode?: number } = {},
  ): Promise<void> {
    await this.#ask({ op: 'write', path, data: toBase64(new TextEncoder().encode(content)), ...options });
  }

  async stat(path: string): Promise<FileStat | null> {
    const result = statAnswer.parse(await this.#ask({ op: 'stat', path }));
    if ('missing' in result) return null;
    const { type, mode, owner, group, size, target } = result;
    return { type, mode, owner, group, sizeBytes: size, ...(target !== undefined && { target }) };
  }

  /** Sets the guest's wall clock to the page's. */
  async setClock(milliseconds = Date.now()): Promise<void> {
    await this.#ask({ op: 'clock', ms: milliseconds });
  }

  /** Gives the guest's random pool bytes of its own: a restored pool is the same for every reader. */
  async seed(bytes = crypto.getRandomValues(new Uint8Array(64))): Promise<void> {
    await this.#ask({ op: 'seed', data: toBase64(bytes) });
  }

  /** Sets the size of a terminal in character cells. `index` from 0. */
  async resize(index: number, cols: number, rows: number): Promise<void> {
    await this.#ask({ op: 'winsize', console: index, cols, rows });
  }

  #ask(request: Record<string, unknown>, timeoutMs = PATIENCE_MS): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    const bytes = new TextEncoder().encode(`${JSON.stringify({ id, ...request })}\n`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#requests.delete(id);
        reject(
          new SandboxError({
            code: 'agent-silent',
            message: 'The machine does not answer. It may be very busy; if it stays so, reset it.',
            subject: String(request['op']),
          }),
        );
      }, timeoutMs);
      this.#requests.set(id, { resolve, reject, timer });
      this.#send(bytes).catch((error: unknown) => {
        clearTimeout(timer);
        this.#requests.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  #handle(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    if (event.safeParse(message).success) {
      const listeners = this.#readyListeners;
      this.#readyListeners = [];
      for (const listener of listeners) listener();
      return;
    }
    const parsed = answer.safeParse(message);
    if (!parsed.success) return;
    const request = this.#requests.get(parsed.data.id);
    if (!request) return;
    this.#requests.delete(parsed.data.id);
    clearTimeout(request.timer);
    if (parsed.data.ok) request.resolve(parsed.data);
    else request.reject(new SandboxError({ code: 'internal', message: parsed.data.error }));
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function fromBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}
