/** What goes wrong around the server block and behind it, on a system with sites-available, beyond the guide's own lines. */
import type { WrongTurns } from './turn.ts';

const PROJECT = '/home/sammy/myproject';
const INI = `${PROJECT}/myproject.ini`;
const BLOCK = '/etc/nginx/sites-available/myproject';
const LINK = '/etc/nginx/sites-enabled/myproject';
const MAIN = '/etc/nginx/nginx.conf';
const SOCKET = `${PROJECT}/myproject.sock`;
const RESTART = 'systemctl restart nginx';
const UWSGI = 'systemctl restart myproject';

/** A change of the server block with which Nginx does not start. */
function refused(
  cause: WrongTurns[string]['cause'],
  from: string,
  to: string,
  found: RegExp,
): WrongTurns[string] {
  return { cause, edits: [[BLOCK, from, to]], run: RESTART, fails: true, found };
}

/** A change of the server block with which it does. */
function served(
  cause: WrongTurns[string]['cause'],
  from: string,
  to: string,
  found: RegExp,
): WrongTurns[string] {
  return { cause, edits: [[BLOCK, from, to]], run: RESTART, found };
}

/** Another entry point than the guide's. */
function entry(cause: WrongTurns[string]['cause'], text: string, found: RegExp): WrongTurns[string] {
  return {
    cause,
    edits: [[`${PROJECT}/wsgi.py`, 'from myproject import app\n', text]],
    run: UWSGI,
    found,
  };
}

export const NGINX_SITES: WrongTurns = {
  'the server block is a second default': refused(
    'default-server-twice',
    'listen 80;',
    'listen 80 default_server;',
    /line \d+ of \/etc\/nginx\/sites-enabled\/default does so, too/,
  ),
  'the location stands there twice': refused(
    'nginx-directive-twice',
    '    location / {',
    '    location / {\n    }\n\n    location / {',
    /says `location \/` a second time; the first is in line 5/,
  ),
  'uwsgi_pass stands outside of a location': refused(
    'nginx-directive-misplaced',
    '    location / {',
    `    uwsgi_pass unix:${SOCKET};\n    location / {`,
    /stands in `server \{ … \}`, where Nginx does not allow it/,
  ),
  'proxy_pass is given the socket': refused(
    'proxy-pass-instead',
    'uwsgi_pass',
    'proxy_pass',
    /`proxy_pass` speaks HTTP/,
  ),
  'the address of the socket begins as a URL': refused(
    'uwsgi-pass-malformed',
    'unix:',
    'http://unix:',
    /passes requests to "http:\/\/unix:/,
  ),
  'the name is too long': refused(
    'server-name-too-long',
    'flask.example',
    'flask.example a-name-that-is-far-too-long-for-the-table.example',
    /longer than the table/,
  ),
  'a quote is not closed': refused('nginx-quote-open', 'flask.example', '"flask.example', /begins in line 3/),
  'the text came from the web': {
    cause: 'nginx-foreign-characters',
    run: `sed -i 's/listen 80/listen\\xC2\\xA080/' ${BLOCK}; ${RESTART}`,
    fails: true,
    found: /Line 2 of .* has non-breaking spaces/,
  },
  'an editor left a mark': {
    cause: 'nginx-foreign-characters',
    run: `sed -i '1s/^/\\xEF\\xBB\\xBF/' ${BLOCK}; ${RESTART}`,
    fails: true,
    found: /Line 1 of .* has an invisible sign/,
  },
  'the block wants HTTPS': refused(
    'ssl-without-certificate',
    'listen 80;',
    'listen 80 ssl;',
    /Line 2 of .*which is HTTPS/,
  ),
  'there is a copy of a site': {
    cause: 'server-block-copied',
    run: `cp /etc/nginx/sites-enabled/default /etc/nginx/sites-enabled/default.bak; ${RESTART}`,
    fails: true,
    found: /default\.bak is a copy of/,
  },
  'the sites are not included': {
    cause: 'nginx-sites-not-included',
    edits: [[MAIN, '\tinclude /etc/nginx/sites-enabled/*;', '\t# include /etc/nginx/sites-enabled/*;']],
    run: `cp /etc/nginx/sites-available/default /etc/nginx/conf.d/default.conf; ${RESTART}; rm /etc/nginx/conf.d/default.conf`,
    found: /does not include \/etc\/nginx\/sites-enabled: its line \d+ is a comment/,
  },
  'the block is in conf.d, and not called .conf': {
    cause: 'server-block-misnamed',
    at: 'end',
    run: `rm ${LINK}; mv ${BLOCK} /etc/nginx/conf.d/myproject.config; ${RESTART}`,
    found: /is in \/etc\/nginx\/conf\.d\/myproject\.config/,
  },
  'the block is right in /etc/nginx': {
    cause: 'server-block-misplaced',
    at: 'end',
    run: `rm ${LINK}; mv ${BLOCK} /etc/nginx/myproject.conf; ${RESTART}`,
    found: /is in \/etc\/nginx\/myproject\.conf, a place where Nginx does not look/,
  },
  'the block listens for this machine alone': served(
    'listen-address-wrong',
    'listen 80;',
    'listen 127.0.0.1:80;',
    /which only programs on this machine can reach/,
  ),
  'the location is that of another path': served(
    'location-mismatch',
    'location / {',
    'location /app {',
    /passes only `location \/app` \(line 5\)/,
  ),
  'Nginx answers by itself': served(
    'nginx-answers-itself',
    'include uwsgi_params;',
    'return 404;\n        include uwsgi_params;',
    /answers 404 by itself .* `return 404;`/,
  ),
  'try_files comes first': served(
    'nginx-answers-itself',
    'include uwsgi_params;',
    'try_files $uri =404;\n        include uwsgi_params;',
    /`try_files \$uri =404;`/,
  ),
  'everybody is denied': served(
    'nginx-answers-itself',
    'include uwsgi_params;',
    'deny all;\n        include uwsgi_params;',
    /answers 403 by itself/,
  ),
  'an upstream has another socket': {
    cause: 'socket-path-mismatch',
    edits: [
      [BLOCK, `unix:${SOCKET};`, 'app;'],
      [BLOCK, 'server {', 'upstream app {\n    server unix:/tmp/app.sock;\n}\n\nserver {'],
    ],
    run: RESTART,
    found: /Nginx looks for the socket \/tmp\/app\.sock/,
  },
  'requests are passed to a port': served(
    'socket-path-mismatch',
    `unix:${SOCKET};`,
    '127.0.0.1:8000;',
    /Nginx passes requests to 127\.0\.0\.1:8000/,
  ),
  'the parameters are not included': served(
    'uwsgi-params-missing',
    'include uwsgi_params;',
    '',
    /`include uwsgi_params;` is missing/,
  ),
  'uWSGI speaks HTTP on the socket': {
    cause: 'uwsgi-protocol-mismatch',
    edits: [[INI, 'socket = my', 'http-socket = my']],
    run: UWSGI,
    found: /says `http-socket = myproject\.sock`/,
  },
  'uWSGI listens on a port': {
    cause: 'socket-path-mismatch',
    edits: [[INI, 'socket = myproject.sock', 'socket = 127.0.0.1:8000']],
    run: UWSGI,
    found: /but uWSGI listens on 127\.0\.0\.1:8000/,
  },
  'start_response gets one argument': entry(
    'start-response-wrong',
    "def app(environ, start_response):\n    start_response('200 OK')\n    return [b'Hello There!']\n",
    /wsgi\.py, line 2\): start_response\(\) takes at least 2 arguments/,
  ),
  'the application never calls start_response': entry(
    'start-response-missing',
    "def app(environ, start_response):\n    return [b'Hello There!']\n",
    /never called `start_response`/,
  ),
  'the application returns nothing': entry(
    'view-returns-nothing',
    "def app(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/html')])\n",
    /The function `app` .* ends without returning a page/,
  ),
  'a factory stands in place of the application': entry(
    'callable-is-factory',
    'def app():\n    from flask import Flask\n    made = Flask(__name__)\n    return made\n',
    /`app` .* makes an application and is none itself/,
  ),
  'a view returns nothing': {
    cause: 'view-returns-nothing',
    edits: [[`${PROJECT}/myproject.py`, '    return ', '    page = ']],
    run: UWSGI,
    found: /The function `hello` \(.*myproject\.py, line 5\) ends without returning a page/,
  },
  'app.run stands outside of the guard': {
    cause: 'app-run-at-import',
    edits: [[`${PROJECT}/myproject.py`, 'if __name__ == "__main__":\n    app.run', 'app.run']],
    run: UWSGI,
    found: /starts a server of its own \(port 5000\)/,
  },
  'the application sleeps': {
    cause: 'app-too-slow',
    edits: [[`${PROJECT}/myproject.py`, '    return', '    import time\n    time.sleep(1000)\n    return']],
    run: UWSGI,
    found: /`time\.sleep\(1000\)`, may be what it waits for/,
  },
  'another service has the port': {
    cause: 'nginx-bypassed',
    run: 'systemctl stop nginx; systemd-run -q --unit=web python3 -m http.server 80; sleep 20',
    found: /Not Nginx but python3 \(process \d+\) answers on port 80/,
  },
};
