/** What a wrong turn is. */
import type { Cause, Check } from '../../site/checks/model.ts';
import type { GuideMachine } from './machine.ts';

/** What an editor does: in this file, this text becomes that. */
export type Edit = readonly [path: string, from: string, to: string];

export interface WrongTurn {
  readonly cause: Cause;
  /** Undone before the advice is followed. */
  readonly edits?: readonly Edit[];
  /** What is typed then, as root. */
  readonly run: string;
  /** The last of it fails, because of the mistake: otherwise a failure would mean that no mistake was made. */
  readonly fails?: boolean;
  readonly found: RegExp;
  /** The snapshot on which it is made, a chapter's slug, if another than the guide's other wrong turns; the machine is not used for the next. */
  readonly at?: string;
  /** Instead of the last chapter's check of the whole chain. */
  readonly check?: (machine: GuideMachine) => Check;
}

/** The wrong turns of a guide by what they are called. */
export type WrongTurns = Readonly<Record<string, WrongTurn>>;

/** A command that stops Nginx, and fails when it still runs afterwards. */
export const STOP_NGINX = 'systemctl stop nginx && ! systemctl is-active nginx && ! pgrep -x nginx';
