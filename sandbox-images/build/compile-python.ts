/** Compiles Python modules ahead of their use. */

/**
 * The command that compiles all Python modules below `root`/`place` for where they will stand
 * (`target`/`place`). The compiled files hold no time stamp, so that they stay valid however they are
 * unpacked (PEP 552, unchecked).
 */
export function compileCommand(root: string, target: string, place: string): string[] {
  // Some packages carry modules for other Pythons, which do not compile; they are skipped with a word.
  const script =
    'python3 -m compileall -q -f --invalidation-mode unchecked-hash -s "$1" -p "$2" "$1/$3" || true';
  return ['sh', '-c', script, 'sh', root, target, place];
}
