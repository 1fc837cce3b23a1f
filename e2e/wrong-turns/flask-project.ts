/** What goes wrong in the project of the Flask guides: its .ini file, its application and its unit. */
import type { WrongTurns } from './turn.ts';

/** `project` is its directory on the machine. */
export function flaskProjectTurns(project: string): WrongTurns {
  const ini = `${project}/myproject.ini`;
  const restart = 'systemctl restart myproject';
  return {
    'uWSGI was not started': {
      cause: 'uwsgi-not-started',
      run: 'systemctl stop myproject',
      found: /myproject is inactive/,
    },
    'the unit is not enabled': {
      cause: 'service-not-enabled',
      check: (machine) =>
        machine.declared('service', ({ unit, enabled }) => unit === 'myproject' && enabled === true),
      run: 'systemctl disable myproject',
      found: /does not start with the machine: it is disabled/,
    },
    'chmod-socket is left out': {
      cause: 'chmod-socket-missing',
      edits: [[ini, 'chmod-socket = 660\n', '']],
      run: restart,
      found: /permissions 755: its group, to which Nginx belongs, may not write to it/,
    },
    'the module has a wrong name': {
      cause: 'module-name-wrong',
      edits: [[ini, 'module = wsgi', 'module = wsgii']],
      run: restart,
      found: /looks for the module "wsgii", and there is no wsgii\.py/,
    },
    'the application has a syntax error': {
      cause: 'app-syntax-error',
      edits: [[`${project}/myproject.py`, 'def hello():', 'def hello()']],
      run: restart,
      found: /myproject\.py, line \d+\): SyntaxError/,
    },
  };
}
