import type { GuestAgent, HttpOutcome, HttpRequest } from '../../sandbox/types.ts';
import type { Memory } from './memory.ts';

/** What a check may see of the machine: its agent and its ports, and who the reader is in it. */
export interface CheckContext {
  readonly agent: GuestAgent;
  /** A request from outside the guest, through its firewall. */
  readonly http: (request: HttpRequest) => Promise<HttpOutcome>;
  /** The reader's login and home directory in the guest; `~` in a check's path is `home`. */
  readonly login: string;
  readonly home: string;
  /** What this run of checks has asked already. Without it every question is asked. */
  readonly memory?: Memory;
  /** Stops the run between two questions to the guest. */
  readonly signal?: AbortSignal;
}
