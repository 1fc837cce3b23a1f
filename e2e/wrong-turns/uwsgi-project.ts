/** What goes wrong between uWSGI and the application of the Flask guide: values of the .ini, modules, the WSGI call. */
import type { WrongTurns } from './turn.ts';

/** `project` is its directory on the machine, `login` its owner. */
export function uwsgiProjectTurns(project: string, login: string): WrongTurns {
  const ini = `${project}/myproject.ini`;
  const app = `${project}/myproject.py`;
  const wsgi = `${project}/wsgi.py`;
  const restart = 'systemctl restart myproject';
  const home = project.slice(0, project.lastIndexOf('/'));
  /** An application without Flask, made by the entry point itself. */
  const plain = (call: string, returned = "return [b'Hello There!']"): string =>
    `def app(environ, start_response):\n    ${call}\n    ${returned}\n`;
  const IMPORT = 'from myproject import app\n';
  return {
    'a comment stands behind a value': {
      cause: 'ini-value-malformed',
      edits: [[ini, 'chmod-socket = 660', 'chmod-socket = 660  # the group may write']],
      run: restart,
      found: /Line 8 of .*uWSGI knows comments only in lines of their own/,
    },
    'the socket is in quotes': {
      cause: 'ini-value-malformed',
      edits: [[ini, 'socket = myproject.sock', 'socket = "myproject.sock"']],
      run: restart,
      found: /uWSGI takes quotes for a part of the value/,
    },
    'the .ini begins with a byte order mark': {
      cause: 'ini-byte-order-mark',
      run: `sed -i '1s/^/\\xEF\\xBB\\xBF/' ${ini}; ${restart}`,
      found: /begins with a sign that no editor shows/,
    },
    'the .ini asks for another login': {
      cause: 'login-needs-root',
      edits: [[ini, 'vacuum = true', 'uid = 33\nvacuum = true']],
      run: restart,
      found: /`uid = 33`, asks for another login or group/,
    },
    'the socket is to be given away': {
      cause: 'chown-socket-not-permitted',
      edits: [[ini, 'vacuum = true', 'chown-socket = www-data:www-data\nvacuum = true']],
      run: restart,
      found: /may not give its socket away/,
    },
    'uWSGI is to write where it may not': {
      cause: 'uwsgi-ended',
      edits: [[ini, 'vacuum = true', 'pidfile = /run/myproject.pid\nvacuum = true']],
      run: restart,
      found: /myproject\.pid"\): Permission denied.*Line 9 of/,
    },
    'the .ini has http instead of a socket': {
      cause: 'socket-is-http',
      edits: [[ini, 'socket = myproject.sock', 'http-socket = :8080']],
      run: restart,
      found: /there uWSGI speaks HTTP/,
    },
    'the .ini names another virtual environment': {
      cause: 'home-missing',
      edits: [[ini, 'vacuum = true', `home = ${project}/myenv\nvacuum = true`]],
      run: restart,
      found: /There is no such folder, and without it Python cannot find its own library/,
    },
    'the module is given as a file': {
      cause: 'module-malformed',
      edits: [[ini, 'module = wsgi:app', 'module = wsgi.py:app']],
      run: restart,
      found: /uWSGI wants a module as Python imports it/,
    },
    'the application lies in the home': {
      cause: 'module-misplaced',
      run: `mv ${app} ${home}/; ${restart}`,
      found: /and the file is elsewhere: \/home\/\w+\/myproject\.py/,
    },
    'a file hides Flask': {
      cause: 'file-hides-module',
      run: `echo 'print("Flask")' > ${project}/flask.py; ${restart}`,
      found: /hides the package flask/,
    },
    'the entry point imports itself': {
      cause: 'module-imports-itself',
      edits: [[wsgi, 'from myproject', 'from wsgi']],
      run: restart,
      found: /which is that file itself/,
    },
    'the application is root’s': {
      cause: 'code-not-readable',
      // As an editor does; Python would go on with what it has compiled.
      run: `touch ${app}; chown root:root ${app}; chmod 600 ${app}; ${restart}`,
      found: new RegExp(`works as ${login} and may not read ${app}`),
    },
    'the project folder is root’s': {
      cause: 'code-not-readable',
      run: `chown root:root ${project}; chmod 700 ${project}; ${restart}`,
      found: new RegExp(`works as ${login} and may not look into ${project}`),
    },
    'the headers are a dictionary': {
      cause: 'start-response-wrong',
      edits: [[wsgi, IMPORT, plain("start_response('200 OK', {'Content-Type': 'text/html'})")]],
      run: restart,
      found: /http headers must be in a python list/,
    },
    'a name of the code is misspelt': {
      cause: 'name-not-defined',
      edits: [[app, 'return "', 'return greeting + "']],
      run: restart,
      found: /^Line \d+ of \S+\/myproject\.py uses the name `greeting`/,
    },
  };
}
