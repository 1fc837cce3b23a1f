/** The assignments that a page knows of, in the browser's own storage. */
import { openKept } from '../open-kept.ts';
import { assignmentsKey } from './assignments-key.ts';
import { KeptAssignments } from './kept-assignments.ts';

let kept: KeptAssignments | null = null;

export function openAssignments(): KeptAssignments {
  kept ??= openKept(
    assignmentsKey(import.meta.env.BASE_URL),
    (storage, key) => new KeptAssignments(storage, key),
  );
  return kept;
}
