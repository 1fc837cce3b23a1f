/** What the state of the machine means for a request for a page. */
import type { SandboxState } from '../sandbox/types.ts';

/** Status of the page's machine; `none` in a site that was built without machines. */
export type MachineStatus = SandboxState['status'] | 'none';

/** Why the machine does not answer. */
export const MACHINE_ERRORS = ['none', 'off', 'failed', 'starting', 'stopping', 'paused', 'waiting'] as const;
export type MachineErrorKind = (typeof MACHINE_ERRORS)[number];

/** `null` while the machine runs. */
export function machineError(status: MachineStatus): MachineErrorKind | null {
  switch (status) {
    case 'running':
      return null;
    case 'fetching':
    case 'restoring':
    case 'booting':
      return 'starting';
    case 'off':
    case 'halted':
      return 'off';
    case 'none':
    case 'failed':
    case 'stopping':
    case 'paused':
    case 'waiting':
      return status;
  }
}
