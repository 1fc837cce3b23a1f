/** A real machine in Node, on which tests take wrong turns: when the guide's server is complete, or at a chapter's start. */
import { fileURLToPath } from 'node:url';
import { createNodeSandbox, imageUrl } from '../../scripts/node-sandbox.ts';
import { loadGuide } from '../../site/chapter/load.ts';
import { fileChecksUpTo } from '../../site/chapter/file-checks.ts';
import type { Chapter, Guide, PlacedCheck } from '../../site/chapter/model.ts';
import type { Check, CheckResult } from '../../site/checks/model.ts';
import { runPlacedCheck } from '../../site/checks/run.ts';
import type { LocalSandbox } from '../../site/sandbox/local.ts';
import type { CheckContext } from '../../site/checks/context.ts';
import type { FileStat, HttpOutcome } from '../../site/sandbox/types.ts';
import { builtGuide } from '../built-guide.ts';

/** yum takes a minute to install a package anew, and three beside other machines. */
const LONGEST_COMMAND_MS = 240_000;
const CONTENT = fileURLToPath(new URL('../../content', import.meta.url));

export class GuideMachine {
  /** Without the chapter that builds everything again. */
  readonly guide: Guide;
  /** The snapshot that `end` means. */
  readonly #end: string;
  readonly #sandbox: LocalSandbox;
  readonly #directory: string;
  #chapter: Chapter | undefined;

  constructor(guideSlug: string) {
    const directory = process.env['TYPEALONG_SANDBOX'];
    if (directory === undefined || directory === '') {
      throw new Error(
        'These tests need the images: `npm test` builds them, or set TYPEALONG_SANDBOX to the folder that `npm run images` names.',
      );
    }
    this.#directory = directory;
    this.#sandbox = createNodeSandbox();
    const { guide, snapshot } = builtGuide(loadGuide(guideSlug, CONTENT));
    this.guide = guide;
    this.#end = snapshot;
  }

  /** Restores a snapshot: a chapter's slug, or `end`, where the guide's server is complete. */
  async restore(snapshot: string): Promise<void> {
    const { chapters } = this.guide;
    this.#chapter = chapters.find(({ slug }) => slug === snapshot) ?? chapters.at(-1);
    await this.#sandbox.start({
      imageUrl: imageUrl(this.#directory, this.guide.image),
      snapshot: `${this.guide.slug}/${snapshot === 'end' ? this.#end : snapshot}`,
    });
  }

  /** Restarts the machine for real and waits until all that starts with it has started. */
  async reboot(): Promise<void> {
    const running = new Promise<void>((resolve) => {
      let restarts = false;
      const stop = this.#sandbox.onState(({ status }) => {
        if (status === 'booting') restarts = true;
        if (!restarts || status !== 'running') return;
        stop();
        resolve();
      });
    });
    // It may not live to say how the command ended.
    await this.run('systemctl reboot').catch(() => {});
    await running;
    await this.run('systemctl is-system-running --wait');
  }

  async powerOff(): Promise<void> {
    await this.#sandbox.powerOff();
  }

  /** Runs a command line in bash, as root or as the reader; throws when it fails. */
  async run(command: string, options: { asReader?: boolean } = {}): Promise<string> {
    const { code, stdout, stderr } = await this.#sandbox.agent.exec(
      ['bash', '-c', options.asReader === true ? `cd 2>/dev/null; ${command}` : command],
      {
        timeoutMs: LONGEST_COMMAND_MS,
        ...(options.asReader === true ? { user: this.guide.login } : {}),
      },
    );
    if (code !== 0) {
      throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
    }
    return stdout + stderr;
  }

  /** Replaces a text in a file, as an editor would; returns the way to undo it. */
  async edit(path: string, from: string, to: string): Promise<() => Promise<void>> {
    const before = await this.#sandbox.agent.readFile(path);
    if (before?.includes(from) !== true) throw new Error(`${path} does not contain: ${from}`);
    await this.#sandbox.agent.writeFile(path, before.replace(from, to));
    return () => this.#sandbox.agent.writeFile(path, before);
  }

  /** The text of a file, or `null` when there is none. */
  read(path: string): Promise<string | null> {
    return this.#sandbox.agent.readFile(path);
  }

  /** What lies at a path, links not followed, or `null` when there is nothing. */
  stat(path: string): Promise<FileStat | null> {
    return this.#sandbox.agent.stat(path);
  }

  /** Asks for a page from outside, through the machine's firewall. */
  request(url: string, timeoutMs: number): Promise<HttpOutcome> {
    return this.#sandbox.http({ method: 'GET', url, timeoutMs });
  }

  /** Runs a check of the guide, or another one. */
  check(check: Check): Promise<CheckResult> {
    const context: CheckContext = {
      agent: this.#sandbox.agent,
      http: (request) => this.#sandbox.http(request),
      login: this.guide.login,
      home: this.guide.home,
      fileChecks: this.fileChecks,
    };
    const placed = this.#placed.find((candidate) => candidate.check === check);
    return runPlacedCheck(placed ?? { check, title: `A check of the kind ${check.kind}` }, context);
  }

  /** The check of the guide that fits, as the chapter declares it. */
  declared<Kind extends Check['kind']>(
    kind: Kind,
    fits: (check: Extract<Check, { kind: Kind }>) => boolean = () => true,
  ): Extract<Check, { kind: Kind }> {
    const isKind = (check: Check): check is Extract<Check, { kind: Kind }> => check.kind === kind;
    const found = this.#placed
      .map(({ check }) => check)
      .filter(isKind)
      .find(fits);
    if (found === undefined)
      throw new Error(`The guide ${this.guide.slug} declares no such check of the kind ${kind}.`);
    return found;
  }

  /** What the chapters want of their files, up to the one whose snapshot was restored. */
  get fileChecks(): readonly Check[] {
    return this.#chapter === undefined ? [] : fileChecksUpTo(this.guide, this.#chapter);
  }

  get #placed(): readonly PlacedCheck[] {
    return this.guide.chapters.flatMap(({ steps }) => steps).flatMap(({ checks }) => checks);
  }
}

/**
 * The commands that an advice gives, in order; those that only look at something, or restart the machine, are left out. There is no terminal
 * on which yum could ask, so its question is answered beforehand.
 */
export function commandsOf(advice: string): readonly string[] {
  const commands = [...advice.matchAll(/`((?:sudo|cd|wget) [^`]+)`/g)]
    .map(([, command = '']) => command.replace(/^sudo yum (?=install |reinstall )/, 'sudo yum -y '))
    .filter((command) => !/^sudo (nano|journalctl|ss|tail|reboot|systemctl status)\b/.test(command));
  // Each command has a shell of its own.
  return commands.flatMap((command, index) => {
    const before = commands[index - 1] ?? '';
    if (command.startsWith('cd ')) return [];
    return [before.startsWith('cd ') ? `${before} && ${command}` : command];
  });
}
