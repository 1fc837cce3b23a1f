/** What the state of the machine means for a request for a page. */
import type { SandboxState } from '../sandbox/types.ts';

/** Status of the page's machine; `none` in a site that was built without machines. */
export type MachineStatus = SandboxState['status'] | 'none';

/** Why the machine does not answer. */
export const MACHINE_ERRORS = ['off', 'starting', 'restarting', 'paused', 'waiting'] as const;
export type MachineErrorKind = (typeof MACHINE_ERRORS)[number];

/** `null` while the machine runs. */
export function machineError(status: MachineStatus): MachineErrorKind | null {
  switch (status) {
    case 'running':
      return null;
    case 'fetching':
    case 'restoring':
      return 'starting';
    case 'booting':
    case 'stopping':
      return 'restarting';
    case 'paused':
    case 'waiting':
      return status;
    case 'none':
    case 'off':
    case 'halted':
    case 'failed':
      return 'off';
  }
}
