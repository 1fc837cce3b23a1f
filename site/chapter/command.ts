/** What can be told of a command from its text alone. */

/** `sudo`, with or without options that take no value. */
const SUDO = /^sudo\s+(?:-[A-Za-z]+\s+)*/;

/** The file that a command opens in nano (as written) and whether as root; `null` for other commands. */
export function nanoFile(
  command: string,
): { readonly path: string | undefined; readonly asRoot: boolean } | null {
  const words = command.replace(SUDO, '').split(/\s+/);
  if (words[0] !== 'nano') return null;
  return { path: words.slice(1).find((word) => !/^[-+]/.test(word)), asRoot: SUDO.test(command) };
}

/** Whether it restarts the machine. */
export function rebootsMachine(command: string): boolean {
  return /^(?:systemctl\s+)?reboot$|^shutdown\s+(?:-r|--reboot)\b/.test(command.replace(SUDO, ''));
}

/** Programs that keep the terminal until a key ends them. */
const STAYS: readonly RegExp[] = [
  /^uwsgi\s(?!.*(?:--daemonize|--version|--help|--reload|--stop))/,
  /^gunicorn\s(?!.*(?:--daemon|--version|--help|--check-config))/,
  /^flask\s+(?:\S+\s+)*run\b/,
  /^python[\d.]*\s+-m\s+(?:http\.server|flask\s+run)\b/,
  /^python[\d.]*\s+\S*manage\.py\s+runserver\b/,
  /^tail\s+(?:\S+\s+)*(?:-\w*[fF]|--follow)/,
  /^journalctl\s+(?:\S+\s+)*(?:-\w*f|--follow)/,
  /^(?:watch|less|more|top|htop|vim?|man)\b/,
];

/** Whether it is known to stay in the foreground. `python app.py` is not known by its text: see `runsScript`. */
export function staysInForeground(command: string): boolean {
  if (/&$/.test(command)) return false;
  const program = command.replace(SUDO, '').replace(/^\S*\/(?=[^/\s]+(\s|$))/, '');
  return STAYS.some((pattern) => pattern.test(program));
}

/** The Python file that a command runs, as written, or `null`. */
export function runsScript(command: string): string | null {
  return /^(?:\S*\/)?python[\d.]*\s+([^-\s]\S*\.py)\b/.exec(command.replace(SUDO, ''))?.[1] ?? null;
}
