/** What to type for a uWSGI, depending on who starts it. */
import type { Keeper } from '../../guest/keeper.ts';
import { shellWord } from './phrases.ts';

/** The command that shows the log. */
export function showLog(keeper: Keeper): string {
  return keeper.kind === 'unit'
    ? `sudo journalctl -u ${keeper.name}`
    : `sudo tail -n 20 ${shellWord(keeper.log)}`;
}

/** An advice as a whole: let it read its files once more. */
export function readAgain(keeper: Keeper): string {
  switch (keeper.kind) {
    case 'unit':
      return `Let it read again: \`sudo systemctl restart ${keeper.name}\`.`;
    case 'emperor':
      return `Let the Emperor reload it: touch its file, \`sudo touch ${shellWord(keeper.ini)}\`, and give it a few seconds.`;
    case 'hand':
      return 'End uWSGI with Ctrl+C if it still runs, and start it again.';
  }
}

/** An advice as a whole: let it make its socket once more. */
export function makeSocketAnew(keeper: Keeper): string {
  switch (keeper.kind) {
    case 'unit':
      return `Let uWSGI make it anew: \`sudo systemctl restart ${keeper.name}\`.`;
    case 'emperor':
      return `Let uWSGI make it anew: \`sudo stop ${keeper.job}\`, then \`sudo start ${keeper.job}\`. A reload keeps the old socket.`;
    case 'hand':
      return 'Let uWSGI make it anew: end it with Ctrl+C, and start it again.';
  }
}

/** Ends an advice: what makes it start once what it needs is there again. */
export function startsAgain(keeper: Keeper): string {
  switch (keeper.kind) {
    case 'unit':
      return afterChange(keeper);
    case 'emperor':
      return 'The Emperor then starts it again within a few seconds.';
    case 'hand':
      return 'Then start uWSGI again.';
  }
}

/** Ends an advice: what to do after a change of the configuration. */
export function afterConfiguration(keeper: Keeper): string {
  return keeper.kind === 'emperor'
    ? 'Save the file, and the Emperor loads it again within a few seconds.'
    : afterChange(keeper);
}

/** Ends an advice: what to do after a change of the code. */
export function afterCode(keeper: Keeper): string {
  return keeper.kind === 'emperor'
    ? `Then touch the vassal's file, so that the Emperor reloads it: \`sudo touch ${shellWord(keeper.ini)}\`.`
    : afterChange(keeper);
}

/** Ends an advice: what to do after a change of the socket. */
export function afterSocket(keeper: Keeper): string {
  // A reload keeps the socket that the vassal has.
  return keeper.kind === 'emperor'
    ? `Then \`sudo stop ${keeper.job}\` and \`sudo start ${keeper.job}\`: a reload keeps the old socket.`
    : afterChange(keeper);
}

function afterChange(keeper: Exclude<Keeper, { kind: 'emperor' }>): string {
  return keeper.kind === 'unit'
    ? `Then \`sudo systemctl restart ${keeper.name}\`.`
    : 'Save it, end uWSGI with Ctrl+C if it still runs, and start it again.';
}
