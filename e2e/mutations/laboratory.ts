/** Makes mutations on a real machine, one after the other, and sees what the check of the whole chain says. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Guide } from '../../site/chapter/model.ts';
import type { CheckResult } from '../../site/checks/model.ts';
import type { FileStat, HttpOutcome } from '../../site/sandbox/types.ts';
import { GuideMachine } from '../wrong-turns/machine.ts';
import { type Chain, chainsOf } from './chain.ts';
import type { Effect, Mutation } from './mutation.ts';
import { settleUnit, settleVassal, stopUnit } from './settle.ts';
import { mutationsOf, placesOfLink } from './state-mutations.ts';
import { judge, type Verdict } from './verdict.ts';

/** What came of a mutation. */
export interface Trial {
  readonly guide: string;
  readonly mutation: string;
  /** What the page's address answered. */
  readonly answer: string;
  readonly verdict: Verdict;
  /** The check says just what it is, and not only in which file. */
  readonly exact: boolean;
  readonly result: CheckResult;
  readonly seconds: number;
}

/** A mutation, and the chain in which it is made. */
export interface Candidate {
  readonly chain: Chain;
  readonly mutation: Mutation;
}

/** How long a page may take that is there, also while its application still loads; connecting has its own, shorter limit. */
const ANSWER_TIMEOUT_MS = 45_000;
/** How long to wait for the page of a machine that has been mended. */
const MENDING_MS = 120_000;
/** The Emperor's command line; the brackets keep the shell that looks for it from finding itself. */
const EMPEROR = '[-]-emperor';
/** Exit status of a mutation that could not be made. */
const NOT_MADE = 97;

export class Laboratory {
  readonly #machine: GuideMachine;
  readonly #chains: readonly Chain[];
  /** What is still to be taken back, and on a machine on which it broke something. */
  #pending: Candidate | null = null;
  /** The page was there when the last mutation was looked at, or has been seen since. */
  #healthy = false;

  constructor(slug: string) {
    this.#machine = new GuideMachine(slug);
    this.#chains = chainsOf(this.guide);
  }

  get guide(): Guide {
    return this.#machine.guide;
  }

  /** Starts the machine where the guide ends. */
  async start(): Promise<void> {
    await this.#machine.restore('end');
    this.#pending = null;
    this.#healthy = true;
  }

  async end(): Promise<void> {
    await this.#machine.powerOff();
  }

  /** Every mutation of the machine, read from its own files; it must be on. */
  async candidates(): Promise<readonly Candidate[]> {
    const all: Candidate[] = [];
    for (const chain of this.#chains) {
      const paths = [
        ...chain.files.map(({ path }) => path),
        ...chain.folders,
        ...chain.environments.flatMap((environment) => [environment, `${environment}/bin/uwsgi`]),
        ...chain.links.flatMap((link) => placesOfLink(link)),
        ...(chain.socket === null ? [] : [chain.socket]),
      ];
      const stats = new Map<string, FileStat>();
      for (const path of new Set(paths)) {
        const stat = await this.#machine.stat(path);
        if (stat !== null) stats.set(path, stat);
      }
      const contents = new Map<string, string>();
      for (const { path } of chain.files) {
        const content = await this.#machine.read(path);
        if (content === null) throw new Error(`${this.guide.slug} ends without ${path}, which it lists.`);
        contents.set(path, content);
      }
      const facts = { stats, contents, login: this.guide.login };
      all.push(...mutationsOf(chain, facts).map((mutation) => ({ chain, mutation })));
    }
    return all;
  }

  /** Makes one mutation; `null` when this machine does not let it be made. A doubtful verdict is made sure of. */
  async try(candidate: Candidate): Promise<Trial | null> {
    const began = performance.now();
    let trial = await this.#tryOnce(candidate);
    if (trial === null) return null;
    if (trial.verdict !== 'named' && trial.verdict !== 'harmless') {
      await this.#heal();
      trial = await this.#tryOnce(candidate);
    }
    this.#healthy = trial?.verdict === 'harmless';
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    return trial && { ...trial, seconds };
  }

  async #tryOnce(candidate: Candidate, again = false): Promise<Omit<Trial, 'seconds'> | null> {
    const { chain, mutation } = candidate;
    const pending = this.#pending;
    // An Emperor waits before it starts a vassal again that has failed.
    const slow = chain.emperorLog !== null && !this.#healthy;
    if (pending !== null && (slow || pending.chain !== chain)) await this.#heal();
    const undo = this.#pending?.mutation;
    this.#pending = { chain, mutation };
    const undone = undo === undefined ? [] : [undo.undo];
    // What takes effect by itself (a service stopped, a socket closed) would be undone by what the last one still needs.
    const apart = mutation.effects.length === 0;
    const effects = new Set([...(undo?.effects ?? []), ...mutation.effects]);
    const steps = apart
      ? [script(chain, undone, 'true', effects), script(chain, [], mutation.make, new Set())]
      : [script(chain, undone, mutation.make, effects)];
    try {
      await this.#machine.run(steps.join('\n'));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(`ended with ${NOT_MADE}:`)) throw error;
      // It may be the machine that is not as it should be: a service that its manager has lost sight of.
      await this.start();
      return again ? null : await this.#tryOnce(candidate, true);
    }
    let outcome = await this.#machine.request(chain.check.url, ANSWER_TIMEOUT_MS);
    let result = await this.#machine.check(chain.check);
    // A busy computer may have kept the machine from answering in time.
    if (result.status === 'error') result = await this.#machine.check(chain.check);
    // The page may have come a moment later than it was asked for.
    if (result.status === 'pass' && !isPage(outcome, chain))
      outcome = await this.#machine.request(chain.check.url, ANSWER_TIMEOUT_MS);
    return {
      guide: this.guide.slug,
      mutation: mutation.name,
      answer: describe(outcome),
      ...judge(mutation, isPage(outcome, chain), result),
      result,
    };
  }

  /** Takes back what was done last, and sees that the page is there again; if it is not, the machine begins anew. */
  async #heal(): Promise<void> {
    const pending = this.#pending;
    this.#pending = null;
    this.#healthy = true;
    if (pending === null) return;
    const { chain, mutation } = pending;
    try {
      await this.#machine.run(script(chain, [mutation.undo], 'true', new Set(mutation.effects)));
      const until = performance.now() + MENDING_MS;
      while (performance.now() < until) {
        if (isPage(await this.#machine.request(chain.check.url, ANSWER_TIMEOUT_MS), chain)) return;
        await delay(500);
      }
    } catch {
      // A machine that does not even take it back begins anew like any other.
    }
    await this.start();
  }
}

/** The guides that end with a check of the whole chain. */
export function guidesWithChain(): readonly Guide[] {
  return loadGuides().filter((guide) => chainsOf(guide).length > 0);
}

/** Takes back, makes, lets it take effect and waits until it has settled: one command, since each costs a program's start. */
function script(chain: Chain, undo: readonly string[], make: string, effects: ReadonlySet<Effect>): string {
  const { check, restartNginx, emperorLog } = chain;
  const touches = effects.has('server') && check.vassal !== undefined && !effects.has('job');
  const lines = [
    // The Emperor must not see anything half done, nor what is done twice.
    ...(emperorLog === null
      ? []
      : [`pkill -STOP -f -- '${EMPEROR}'`, `mark=$(stat -c %s ${emperorLog} 2>/dev/null || echo 0)`]),
    ...undo.map((command) => `(${command}\n) >/dev/null 2>&1`),
    ...(effects.has('server') && check.unit !== undefined ? [stopUnit(check.unit, chain.socket)] : []),
    `(set -e\n${make}\n) >/dev/null 2>&1; made=$?`,
    ...(touches ? [`[ -e ${check.vassal ?? ''} ] && touch ${check.vassal ?? ''}`] : []),
    ...(emperorLog === null ? [] : [`pkill -CONT -f -- '${EMPEROR}'`]),
    `[ $made = 0 ] || exit ${NOT_MADE}`,
    ...(effects.has('units') ? ['systemctl daemon-reload >/dev/null 2>&1'] : []),
    ...(effects.has('server') && check.unit !== undefined
      ? [`systemctl start ${check.unit} >/dev/null 2>&1`]
      : []),
    ...(effects.has('job') && check.job !== undefined
      ? [
          `timeout 60 stop ${check.job} >/dev/null 2>&1 || pkill -KILL -x uwsgi; start ${check.job} >/dev/null 2>&1`,
        ]
      : []),
    ...(effects.has('nginx')
      ? [`systemctl reset-failed nginx >/dev/null 2>&1; ${restartNginx} >/dev/null 2>&1`]
      : []),
  ];
  const waits = [
    ...(check.unit === undefined || !effects.has('server') ? [] : [settleUnit(check.unit, chain.socket)]),
    ...(check.vassal === undefined || !(effects.has('server') || effects.has('job'))
      ? []
      : [settleVassal(check.vassal, check.job ?? '', emperorLog ?? '')]),
  ];
  return [...lines, ...waits, 'true'].join('\n');
}

function isPage(outcome: HttpOutcome, { check }: Chain): boolean {
  return (
    outcome.kind === 'response' &&
    outcome.status === (check.status ?? 200) &&
    new TextDecoder().decode(outcome.body).includes(check.contains ?? '')
  );
}

function describe(outcome: HttpOutcome): string {
  switch (outcome.kind) {
    case 'response':
      return String(outcome.status);
    case 'timeout':
      return `timeout (${outcome.phase})`;
    case 'refused':
    case 'broken':
      return outcome.kind;
  }
}
