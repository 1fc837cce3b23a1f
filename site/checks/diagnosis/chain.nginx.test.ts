/** Mistakes in Nginx's configuration, and in what stands around and behind it, beyond those of the guides' own lines. */
import { describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../model.ts';
import {
  BAD_GATEWAY,
  connectFailed,
  DEFAULT_BLOCK,
  dump,
  fromNginxAlone,
  healthyGuest,
  HELLO,
  INI,
  journal,
  nginxShown,
  servedByUnit,
  SERVER_BLOCK,
  TUPLES,
  SOCKET,
  WELCOME,
} from '../testing/healthy-guest.ts';
import { page, runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

const FOLDER = '/etc/nginx';
const ENABLED = `${FOLDER}/sites-enabled/myproject`;
const AVAILABLE = `${FOLDER}/sites-available/myproject`;
const DEFAULT = `${FOLDER}/sites-enabled/default`;
const MAIN_TEXT =
  'user www-data;\nhttp {\n\tinclude /etc/nginx/conf.d/*.conf;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n';
const REFUSED_502 = fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory'));
const ENDED_502 = fromNginxAlone(
  502,
  BAD_GATEWAY,
  '2026/11/27 02:42:53 [error] 941#941: *19 upstream prematurely closed connection while reading response header from upstream, client: 192.168.86.1, server: flask.example, request: "GET /?MARK HTTP/1.1", upstream: "uwsgi://unix:/home/sammy/myproject/myproject.sock:", host: "flask.example"\n',
);

function checkChain(...mistakes: readonly Script[]): Promise<CheckResult> {
  return runCheck(
    {
      kind: 'http',
      url: 'http://flask.example/',
      contains: 'Hello There!',
      servedBy: 'nginx+uwsgi',
      unit: 'myproject',
      socket: '~/myproject/myproject.sock',
    },
    scriptedGuest(healthyGuest, asked(''), ...mistakes),
  );
}

/** How the lines of the reader's code are asked for that matter. */
const ASKS_CODE = '(def|from|import)[[:space:]]|^';

/** The questions about the reader's code, and an answer to all of them. */
function asked(answer: string, question = 'grep -HnsE'): Script {
  return { answers: { [question]: answer, "'= *Flask": { code: 1, output: '' } } };
}

/** What Nginx loads. */
function loading(files: Readonly<Record<string, string>>, main = MAIN_TEXT): Script {
  return {
    answers: { 'nginx -T': dump({ [`${FOLDER}/nginx.conf`]: main, [DEFAULT]: DEFAULT_BLOCK, ...files }) },
  };
}

/** A server block in a place of its own, where Nginx does not load it. */
function lyingIn(path: string, main = MAIN_TEXT): Script {
  return {
    ...fromNginxAlone(200, WELCOME),
    answers: {
      ...fromNginxAlone(200, WELCOME).answers,
      ...loading({}, main).answers,
      'for f in /etc/nginx/sites-available': dump(path === AVAILABLE ? { [path]: SERVER_BLOCK } : {}),
      'grep -lsd skip': dump({ [path]: SERVER_BLOCK }),
    },
  };
}

/** Nginx that refuses its configuration and is down. */
function refusing(text: string, complaint: string, more: Readonly<Record<string, string>> = {}): Script {
  return {
    http: { kind: 'refused' },
    answers: {
      'nginx -t': {
        code: 1,
        output: `2026/11/21 02:57:51 [emerg] 26324#26324: ${complaint}\nnginx: configuration file /etc/nginx/nginx.conf test failed`,
      },
      'nginx -T': { code: 1, output: '' },
      'for f in /etc/nginx/nginx.conf': dump({ [DEFAULT]: DEFAULT_BLOCK, [ENABLED]: text, ...more }),
      "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1' }),
    },
  };
}

function withIni(text: string): Script {
  return { answers: { "head -c 65536 '/home/sammy/myproject/myproject.ini'": text } };
}

/** What the workers have said of a request after their start; `REQUEST` is the line of the request itself. */
function logging(text: string, isEmpty = true): Script {
  return {
    answers: {
      "-n 400 -u 'myproject.service'": `${journal()}${text}\n[pid: 814|app: 0|req: 1/1] 192.168.86.1 () {30 vars in 435 bytes} [Fri Nov 27 02:41:32 2026] GET / => generated ${isEmpty ? 0 : 12} bytes in 170 msecs (HTTP/1.1 500) 0 headers in 0 bytes (1 switches on core 0)\n`,
    },
  };
}

interface WrongTurn {
  readonly cause: string;
  readonly mistakes: readonly Script[];
  readonly found: RegExp;
  readonly advice: RegExp;
}

const block = (inside: string, before = ''): string =>
  `${before}server {\n    listen 80;\n    server_name flask.example;\n${inside}\n}\n`;
const passing = (line: string, before = ''): string =>
  block(`    location / {\n        include uwsgi_params;\n        ${line}\n    }`, before);
const INVALID = (
  text: string,
  complaint: string,
  cause: string,
  found: RegExp,
  advice: RegExp,
): WrongTurn => ({
  cause,
  mistakes: [refusing(text, complaint)],
  found,
  advice,
});

const WRONG_TURNS: Readonly<Record<string, WrongTurn>> = {
  'a second default_server': INVALID(
    SERVER_BLOCK.replace('80;', '80 default_server;'),
    `a duplicate default server for 0.0.0.0:80 in ${ENABLED}:2`,
    'default-server-twice',
    /Line 2 of .*myproject says `default_server`, and line 2 of .*sites-enabled\/default does so/,
    /out of line 2 of \/etc\/nginx\/sites-enabled\/myproject/,
  ),
  'a second upstream': INVALID(
    `upstream app { server unix:${SOCKET}; }\nupstream app { server unix:${SOCKET}; }\n${SERVER_BLOCK}`,
    `duplicate upstream "app" in ${ENABLED}:2`,
    'nginx-directive-twice',
    /Line 2 of .* says `upstream app` a second time; the first is in line 1\./,
    /Keep one of the two/,
  ),
  'a second location': INVALID(
    block('    location / {\n    }\n    location / {\n    }'),
    `duplicate location "/" in ${ENABLED}:6`,
    'nginx-directive-twice',
    /Line 6 of .* says `location \/` a second time; the first is in line 4\./,
    /Keep one of the two/,
  ),
  'a second listen in one block': INVALID(
    SERVER_BLOCK.replace('listen 80;', 'listen 80;\n    listen 80;'),
    `a duplicate listen 0.0.0.0:80 in ${ENABLED}:3`,
    'nginx-directive-twice',
    /Line 3 .* the first is in line 2\./,
    /Keep one/,
  ),
  'a second uwsgi_pass': INVALID(
    passing(`uwsgi_pass unix:${SOCKET};\n        uwsgi_pass unix:${SOCKET};`),
    `"uwsgi_pass" directive is duplicate in ${ENABLED}:7`,
    'nginx-directive-twice',
    /Line 7 of .* `uwsgi_pass` a second time; the first is in line 6\./,
    /Keep one/,
  ),
  'a copy of the site in sites-enabled': {
    cause: 'server-block-copied',
    mistakes: [
      refusing(SERVER_BLOCK, `a duplicate default server for 0.0.0.0:80 in ${DEFAULT}.bak:2`, {
        [`${DEFAULT}.bak`]: DEFAULT_BLOCK,
      }),
    ],
    found: /default\.bak is a copy of \/etc\/nginx\/sites-enabled\/default/,
    advice: /`sudo rm \/etc\/nginx\/sites-enabled\/default\.bak`/,
  },
  'uwsgi_pass outside of a location': INVALID(
    block(`    include uwsgi_params;\n    uwsgi_pass unix:${SOCKET};`),
    `"uwsgi_pass" directive is not allowed here in ${ENABLED}:5`,
    'nginx-directive-misplaced',
    /`uwsgi_pass`, in line 5 of .*, stands in `server \{ … \}`/,
    /write `location \/ \{` above the line `include uwsgi_params;`/,
  ),
  'http around the server block': INVALID(
    `http {\n${SERVER_BLOCK}}\n`,
    `"http" directive is not allowed here in ${ENABLED}:1`,
    'nginx-directive-misplaced',
    /stands outside of every block/,
    /Take the line `http \{` and the brace that closes it out/,
  ),
  'no line server': INVALID(
    'listen 80;\nserver_name flask.example;\n',
    `"listen" directive is not allowed here in ${ENABLED}:1`,
    'nginx-directive-misplaced',
    /`listen`, in line 1/,
    /`server \{` is missing: write it above line 1/,
  ),
  'a brace too early': INVALID(
    SERVER_BLOCK.replace('example;', 'example;\n}'),
    `"location" directive is not allowed here in ${ENABLED}:6`,
    'nginx-missing-brace',
    /2 open and 3 close/,
    /^There is a `\}` without its `\{`: .* Compare the lines before line 6 with the text/,
  ),
  'proxy_pass to a socket': INVALID(
    passing(`proxy_pass unix:${SOCKET};`),
    `invalid URL prefix in ${ENABLED}:6`,
    'proxy-pass-instead',
    /Line 6 of .* says `proxy_pass unix:.*`\. `proxy_pass` speaks HTTP/,
    /In its place write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;`/,
  ),
  'uwsgi_pass with http://': INVALID(
    passing(`uwsgi_pass http://unix:${SOCKET};`),
    `invalid host in upstream "http://unix:${SOCKET}" in ${ENABLED}:6`,
    'uwsgi-pass-malformed',
    /takes for the name of a host/,
    /Write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;` there/,
  ),
  'a blank after unix:': INVALID(
    passing(`uwsgi_pass unix: ${SOCKET};`),
    `invalid number of arguments in "uwsgi_pass" directive in ${ENABLED}:6`,
    'uwsgi-pass-malformed',
    /passes requests to "unix: \/home/,
    /Write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;` there/,
  ),
  'an upstream that is not there': INVALID(
    passing('uwsgi_pass app;'),
    `no port in upstream "app" in ${ENABLED}:6`,
    'uwsgi-pass-malformed',
    /no `upstream app \{ … \}` says what that is/,
    /with `unix:` and its whole path/,
  ),
  'a name that is too long': INVALID(
    SERVER_BLOCK.replace('flask', 'a-name-that-is-far-too-long-for-the-table'),
    'could not build server_names_hash, you should increase server_names_hash_bucket_size: 32',
    'server-name-too-long',
    /The name a-name-that-is-far-too-long-for-the-table\.example, in line 3/,
    /`server_names_hash_bucket_size 128;`/,
  ),
  'a quote that is not closed': INVALID(
    SERVER_BLOCK.replace('flask.example', '"flask.example'),
    `unexpected end of file, expecting ";" or "}" in ${ENABLED}:10`,
    'nginx-quote-open',
    /begins in line 3 of .*, `server_name "flask\.example;`, does not end in that line/,
    /Take that quote out/,
  ),
  'non-breaking spaces': INVALID(
    SERVER_BLOCK.replace('listen 80', 'listen\u00A080'),
    `unknown directive "listen\u00A080" in ${ENABLED}:2`,
    'nginx-foreign-characters',
    /Line 2 of .* has non-breaking spaces/,
    /`sudo sed -i --follow-symlinks 's\/\\xC2\\xA0\/ \/g' \/etc\/nginx\/sites-enabled\/myproject`/,
  ),
  'typographic quotes': INVALID(
    passing(`uwsgi_pass \u201Cunix:${SOCKET}\u201D;`),
    `invalid host in upstream "\u201Cunix:${SOCKET}\u201D" in ${ENABLED}:6`,
    'nginx-foreign-characters',
    /Line 6 of .* has typographic quotes/,
    /without quotes/,
  ),
  'a byte order mark': INVALID(
    `\uFEFF${SERVER_BLOCK}`,
    `unknown directive "\uFEFFserver" in ${ENABLED}:1`,
    'nginx-foreign-characters',
    /Line 1 of .* has an invisible sign/,
    /sudo sed -i --follow-symlinks 's\/\\xEF\\xBB\\xBF\/\/g/,
  ),
  'listen with a URL': INVALID(
    SERVER_BLOCK.replace('80;', 'http://flask.example;'),
    `invalid host in "http://flask.example" of the "listen" directive in ${ENABLED}:2`,
    'listen-malformed',
    /listen on "http:\/\/flask\.example"/,
    /Write `listen 80;`/,
  ),
  'HTTPS without a certificate': INVALID(
    SERVER_BLOCK.replace('80;', '80 ssl;'),
    `no "ssl_certificate" is defined for the "listen ... ssl" directive in ${DEFAULT}:1`,
    'ssl-without-certificate',
    /Line 2 of \/etc\/nginx\/sites-enabled\/myproject says `listen … ssl`/,
    /write `listen 80;`/,
  ),
  'a comment with slashes': INVALID(
    SERVER_BLOCK.replace('listen', '// web;\n    listen'),
    `unknown directive "//" in ${ENABLED}:2`,
    'nginx-unknown-directive',
    /no directive "\/\/"/,
    /begins with `#`/,
  ),
  'values in quotes': INVALID(
    SERVER_BLOCK.replace('listen', 'error_page "500 502 /50x.html";\n    listen'),
    `invalid number of arguments in "error_page" directive in ${ENABLED}:2`,
    'nginx-values-quoted',
    /^Line 2 of \S+ is `error_page "500 502 \/50x\.html";`/,
    /^Change line 2 to `error_page 500 502 \/50x\.html;`/,
  ),
  'lines of a directive swapped': INVALID(
    SERVER_BLOCK.replace('listen', '\'$status $bytes_sent "$http_referer" \'\n    listen'),
    `unknown directive "$status $bytes_sent "$http_referer" " in ${ENABLED}:2`,
    'nginx-unknown-directive',
    /^Line 2 of \S+ begins with a value, `\$status \$bytes_sent "\$http_referer"`, where Nginx expects a directive/,
    /^Compare line 2 and the lines above it .* ends at its semicolon/,
  ),
  'a directive of the main file misspelt': INVALID(
    SERVER_BLOCK.replace('listen', 'worker_cnonections 1024;\n    listen'),
    `unknown directive "worker_cnonections" in ${ENABLED}:2`,
    'nginx-unknown-directive',
    /no directive "worker_cnonections"/,
    /^Change it to `worker_connections`/,
  ),
  'the include of sites-enabled is a comment': {
    cause: 'nginx-sites-not-included',
    mistakes: [
      lyingIn(AVAILABLE, MAIN_TEXT.replace('include /etc/nginx/sites', '# include /etc/nginx/sites')),
      { answers: { '[ -L "$f" ] && [ -e "$f" ]': `${ENABLED} ${AVAILABLE}\n` } },
    ],
    found: /nginx\.conf does not include \/etc\/nginx\/sites-enabled: its line 4 is a comment/,
    advice: /write `include \/etc\/nginx\/sites-enabled\/\*;` in line 4\. Then `sudo nginx -t`/,
  },
  'the include of sites-enabled is gone': {
    cause: 'nginx-sites-not-included',
    mistakes: [
      lyingIn(AVAILABLE, MAIN_TEXT.replace('\tinclude /etc/nginx/sites-enabled/*;\n', '')),
      { answers: { '[ -L "$f" ] && [ -e "$f" ]': `${ENABLED} ${AVAILABLE}\n` } },
    ],
    found: /does not include \/etc\/nginx\/sites-enabled\./,
    advice: /above the last brace/,
  },
  'the include of sites-enabled is misspelt': {
    cause: 'nginx-sites-not-included',
    mistakes: [
      lyingIn(AVAILABLE, MAIN_TEXT.replace('sites-enabled', 'site-enabled')),
      { answers: { '[ -L "$f" ] && [ -e "$f" ]': `${ENABLED} ${AVAILABLE}\n` } },
    ],
    found: /its line 4 says `include \/etc\/nginx\/site-enabled\/\*;`/,
    advice: /in line 4/,
  },
  'the block in conf.d without .conf': {
    cause: 'server-block-misnamed',
    mistakes: [lyingIn(`${FOLDER}/conf.d/myproject`)],
    found: /is in \/etc\/nginx\/conf\.d\/myproject\./,
    advice: /`sudo mv \/etc\/nginx\/conf\.d\/myproject \/etc\/nginx\/conf\.d\/myproject\.conf`/,
  },
  'the block in conf.d with a colon': {
    cause: 'server-block-misnamed',
    mistakes: [lyingIn(`${FOLDER}/conf.d/myproject.conf:`)],
    found: /only files whose names end in \.conf/,
    advice: /`sudo mv \/etc\/nginx\/conf\.d\/myproject\.conf: \/etc\/nginx\/conf\.d\/myproject\.conf`/,
  },
  'the block right in /etc/nginx': {
    cause: 'server-block-misplaced',
    mistakes: [lyingIn(`${FOLDER}/myproject.conf`)],
    found: /is in \/etc\/nginx\/myproject\.conf, a place where Nginx does not look/,
    advice:
      /`sudo mv \/etc\/nginx\/myproject\.conf \/etc\/nginx\/sites-available\/myproject`, then `sudo ln -sf \/etc\/nginx\/sites-available\/myproject \/etc\/nginx\/sites-enabled`/,
  },
  'sites-available on a system that has conf.d alone': {
    cause: 'server-block-not-linked',
    mistakes: [lyingIn(AVAILABLE, 'http {\n    include /etc/nginx/conf.d/*.conf;\n}\n')],
    found: /nothing in \/etc\/nginx\/conf\.d leads to it/,
    advice: /`sudo ln -s \/etc\/nginx\/sites-available\/myproject \/etc\/nginx\/conf\.d\/myproject\.conf`/,
  },
  'an upstream with another socket': {
    cause: 'socket-path-mismatch',
    mistakes: [
      REFUSED_502,
      loading({
        [ENABLED]: passing('uwsgi_pass app;', 'upstream app {\n    server unix:/tmp/my.sock;\n}\n'),
      }),
    ],
    found: /Nginx looks for the socket \/tmp\/my\.sock/,
    advice: /line 2, write `server unix:\/home\/sammy\/myproject\/myproject\.sock;`/,
  },
  'uwsgi_pass to a port': {
    cause: 'socket-path-mismatch',
    mistakes: [
      fromNginxAlone(502, BAD_GATEWAY, connectFailed('111: Connection refused')),
      loading({ [ENABLED]: passing('uwsgi_pass 127.0.0.1:8000;') }),
    ],
    found: /Nginx passes requests to 127\.0\.0\.1:8000, but uWSGI listens on \/home/,
    advice: /write `uwsgi_pass unix:\/home/,
  },
  'a slash behind the socket': {
    cause: 'socket-path-mismatch',
    mistakes: [
      fromNginxAlone(502, BAD_GATEWAY, connectFailed('20: Not a directory')),
      loading({ [ENABLED]: passing(`uwsgi_pass unix:${SOCKET}/;`) }),
    ],
    found: /myproject\.sock\/, but/,
    advice: /write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;`/,
  },
  'a port in the .ini': {
    cause: 'socket-path-mismatch',
    mistakes: [
      REFUSED_502,
      withIni(INI.replace('socket = myproject.sock', 'socket = 127.0.0.1:8000')),
      { answers: { 'ss -Hlxnp': '' } },
    ],
    found: /but uWSGI listens on 127\.0\.0\.1:8000/,
    advice: /write `socket = myproject\.sock`/,
  },
  'http in place of socket': {
    cause: 'socket-is-http',
    mistakes: [
      REFUSED_502,
      withIni(INI.replace('socket = myproject.sock', 'http = 0.0.0.0:8000')),
      { answers: { 'ss -Hlxnp': '' } },
    ],
    found: /Line 7 of .* says `http = 0\.0\.0\.0:8000`/,
    advice: /Write `socket = myproject\.sock` in line 7/,
  },
  'http-socket with the path of the socket': {
    cause: 'uwsgi-protocol-mismatch',
    mistakes: [ENDED_502, withIni(INI.replace('socket = my', 'http-socket = my'))],
    found: /`http-socket = myproject\.sock`/,
    advice: /In its place write `socket = myproject\.sock`/,
  },
  'uWSGI itself on port 80': {
    cause: 'uwsgi-holds-port',
    mistakes: [
      {
        http: page(200, HELLO),
        answers: { 'ss -Hltnp': 'LISTEN 0 100 0.0.0.0:80 0.0.0.0:* users:(("uwsgi",pid=812,fd=3))\n' },
      },
      withIni(INI.replace('socket = myproject.sock', 'http = :80')),
    ],
    found: /uWSGI itself answers on port 80: line 7/,
    advice: /In its place write `socket = myproject\.sock`.*systemctl restart nginx/,
  },
  'Apache on port 80': {
    cause: 'nginx-bypassed',
    mistakes: [
      {
        http: page(200, '<h1>It works!</h1>', 'Apache/2.4.66 (Debian)'),
        answers: {
          'ss -Hltnp': 'LISTEN 0 511 *:80 *:* users:(("apache2",pid=700,fd=4))\n',
          'is-enabled': 'enabled\n',
          'ps -ww':
            '    700       1 root     root     0::/system.slice/apache2.service   /usr/sbin/apache2 -k start\n',
        },
      },
    ],
    found: /Not Nginx but apache2 \(process 700\)/,
    advice:
      /`sudo systemctl stop apache2`, keep it .* `sudo systemctl disable apache2`, and then `sudo systemctl restart nginx`/,
  },
  'an Nginx by hand': {
    cause: 'nginx-outside-unit',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      {
        answers: {
          "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code' }),
          'ss -Hltnp': 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=1300,fd=5))\n',
          'ps -ww':
            '   1300       1 root     root     0::/user.slice/user-1000.slice/session-1.scope   nginx: master process nginx\n',
        },
      },
    ],
    found: /started by hand \(process 1300\) has the port; the service nginx is failed/,
    advice: /`sudo kill 1300`, then `sudo systemctl start nginx`/,
  },
  'listen on 127.0.0.1, with the default site': {
    cause: 'listen-address-wrong',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      loading({ [ENABLED]: SERVER_BLOCK.replace('listen 80', 'listen 127.0.0.1:80') }),
    ],
    found: /listens on 127\.0\.0\.1:80 \(line 2 of .*\), which only programs on this machine/,
    advice: /Write `listen 80;` in line 2/,
  },
  'listen on IPv6 alone, with nothing else': {
    cause: 'listen-address-wrong',
    mistakes: [
      { http: { kind: 'refused' } },
      {
        answers: {
          'nginx -T': dump({ [ENABLED]: SERVER_BLOCK.replace('listen 80', 'listen [::]:80') }),
          'ss -Hltnp': '',
        },
      },
    ],
    found: /IPv6 alone/,
    advice: /Write `listen 80;` in line 2/,
  },
  'location = / in front of the application': {
    cause: 'location-mismatch',
    mistakes: [
      fromNginxAlone(200, HELLO),
      loading({
        [ENABLED]: SERVER_BLOCK.replace(
          '    location /',
          '    location = / { return 200 "Hello"; }\n    location /',
        ),
      }),
    ],
    found:
      /`location = \/`, in line 5 of .*, takes the request for \/.*`location \/` \(line 6\) does not get it/,
    advice: /Take the location out that begins in line 5\./,
  },
  'location /app': {
    cause: 'location-mismatch',
    mistakes: [
      fromNginxAlone(404, ''),
      loading({ [ENABLED]: SERVER_BLOCK.replace('location /', 'location /app') }),
    ],
    found: /passes only `location \/app` \(line 5\) to uWSGI/,
    advice: /Change line 5 to `location \/ \{`/,
  },
  'an expression that wins': {
    cause: 'location-mismatch',
    mistakes: [
      fromNginxAlone(403, ''),
      loading({
        [ENABLED]: SERVER_BLOCK.replace('    location', '    location ~ ^/ { root /srv; }\n    location'),
      }),
    ],
    found: /`location ~ \^\/`, in line 5/,
    advice: /Take the location out that begins in line 5\./,
  },
  ...Object.fromEntries(
    (
      [
        ['return 404;', 404],
        ['return 301 https://$host$request_uri;', 301],
        ['rewrite ^ /other redirect;', 302],
        ['deny all;', 403],
        ['auth_basic "Closed";', 401],
        ['try_files $uri =404;', 404],
      ] as const
    ).map(([rule, status]): [string, WrongTurn] => [
      `${rule} in the location`,
      {
        cause: 'nginx-answers-itself',
        mistakes: [
          fromNginxAlone(status, ''),
          loading({ [ENABLED]: passing(`${rule}\n        uwsgi_pass unix:${SOCKET};`) }),
        ],
        found: new RegExp(`answers ${status} by itself .* line 6 of`),
        advice: /Take that rule out/,
      },
    ]),
  ),
  limit_except: {
    cause: 'nginx-answers-itself',
    mistakes: [
      fromNginxAlone(403, ''),
      loading({ [ENABLED]: passing(`limit_except POST { deny all; }\n        uwsgi_pass unix:${SOCKET};`) }),
    ],
    found: /`limit_except POST \{ … \}`/,
    advice: /Take that rule out/,
  },
  'HTTPS on port 80': {
    cause: 'listen-wants-https',
    mistakes: [fromNginxAlone(400, ''), loading({ [ENABLED]: SERVER_BLOCK.replace('80;', '80 ssl;') })],
    found: /expect HTTPS/,
    advice: /write `listen 80;` in line 2/,
  },
  'two blocks of the same name': {
    cause: 'server-name-twice',
    mistakes: [
      fromNginxAlone(404, ''),
      loading({
        [`${FOLDER}/sites-enabled/app`]: 'server {\n    server_name flask.example;\n}\n',
        [ENABLED]: SERVER_BLOCK,
      }),
    ],
    found: /Two server blocks are called flask\.example: one begins in line 1 of .*\/app/,
    advice: /Take the block out that begins in line 1 of \/etc\/nginx\/sites-enabled\/app/,
  },
  'no include uwsgi_params': {
    cause: 'uwsgi-params-missing',
    mistakes: [ENDED_502, loading({ [ENABLED]: SERVER_BLOCK.replace('include uwsgi_params;', '') })],
    found: /`include uwsgi_params;` is missing/,
    advice: /Write `include uwsgi_params;` above line 7/,
  },
  'start_response with one argument': {
    cause: 'start-response-wrong',
    mistakes: [
      servedByUnit('', 200),
      logging(
        `Traceback (most recent call last):\n  File "/home/sammy/myproject/wsgi.py", line 2, in app\n    start_response('200 OK')\nTypeError: start_response() takes at least 2 arguments`,
      ),
    ],
    found: /wsgi\.py, line 2\): start_response\(\) takes at least 2 arguments/,
    advice: /\[\('Content-Type', 'text\/html'\)\]/,
  },
  'headers that are a dict': {
    cause: 'start-response-wrong',
    mistakes: [
      servedByUnit('', 200),
      logging(
        `Traceback (most recent call last):\n  File "/home/sammy/myproject/wsgi.py", line 2, in app\n    start_response('200 OK', {'Content-Type': 'text/html'})\nTypeError: http headers must be in a python list`,
      ),
    ],
    found: /http headers must be in a python list/,
    advice: /a list of pairs of texts/,
  },
  'a status that is a number': {
    cause: 'start-response-wrong',
    mistakes: [
      ENDED_502,
      logging(
        `Traceback (most recent call last):\n  File "/home/sammy/myproject/wsgi.py", line 2, in app\n    start_response(200, [])\nTypeError: http status must be a string`,
      ),
    ],
    found: /http status must be a string/,
    advice: /'200 OK'/,
  },
  'no start_response': {
    cause: 'start-response-missing',
    mistakes: [
      fromNginxAlone(
        502,
        BAD_GATEWAY,
        '2026/11/27 02:42:37 [error] 941#941: *15 upstream sent invalid header: "Hello\\x20..." while reading response header from upstream, request: "GET /?MARK HTTP/1.1"\n',
      ),
      {
        answers: {
          "-n 400 -u 'myproject.service'": () =>
            `${journal()}[pid: 814|app: 0|req: 1/1] 192.168.86.1 () {30 vars in 435 bytes} [Fri Nov 27 02:42:37 2026] GET /?${lastMark} => generated 12 bytes in 2 msecs (HTTP/1.1 500) 0 headers in 0 bytes (2 switches on core 0)\n`,
        },
      },
      asked('/home/sammy/myproject/wsgi.py:1:def app(environ, start_response):\n', ASKS_CODE),
    ],
    found: /never called `start_response`/,
    advice: /above `return`/,
  },
  'an application that returns nothing': {
    cause: 'view-returns-nothing',
    mistakes: [
      servedByUnit('', 200),
      logging("TypeError: 'NoneType' object is not iterable"),
      asked('/home/sammy/myproject/wsgi.py:1:def app(environ, start_response):\n', ASKS_CODE),
    ],
    found: /The function `app` \(\/home\/sammy\/myproject\/wsgi\.py, line 1\) ends without returning a page/,
    advice: /`return`/,
  },
  'a factory': {
    cause: 'callable-is-factory',
    mistakes: [
      ENDED_502,
      logging('TypeError: app() takes 0 positional arguments but 2 were given'),
      {
        answers: {
          [ASKS_CODE]: '/home/sammy/myproject/wsgi.py:2:def app():\n',
          "'= *Flask": '',
        },
      },
    ],
    found: /`app` .* makes an application and is none itself/,
    advice: /write `module = wsgi:app\(\)`/,
  },
  'an application with one argument': {
    cause: 'callable-arguments-wrong',
    mistakes: [
      ENDED_502,
      logging('TypeError: app() takes 1 positional argument but 2 were given'),
      asked('/home/sammy/myproject/wsgi.py:2:def app(environ):\n', ASKS_CODE),
    ],
    found: /with two arguments/,
    advice: /Write `def app\(environ, start_response\):` in line 2/,
  },
  'any other exception behind a 502': {
    cause: 'app-exception',
    mistakes: [
      ENDED_502,
      logging(
        `Traceback (most recent call last):\n  File "/home/sammy/myproject/wsgi.py", line 2, in app\n    raise KeyError('x')\nKeyError: 'x'`,
      ),
    ],
    found: /wsgi\.py, line 2\): KeyError: 'x'/,
    advice: /Fix line 2/,
  },
  'app.run outside of the guard': {
    cause: 'app-run-at-import',
    mistakes: [
      { http: { kind: 'timeout', phase: 'answer' } },
      {
        answers: {
          "-n 400 -u 'myproject.service'": " * Serving Flask app 'myproject'\n * Debug mode: off\n",
          'ss -Hltnp':
            'LISTEN 0 128 0.0.0.0:5000 0.0.0.0:* users:(("uwsgi",pid=812,fd=16),("uwsgi",pid=812,fd=14))\n',
        },
      },
      asked("/home/sammy/myproject/myproject.py:8:app.run(host='0.0.0.0')\n", ASKS_CODE),
    ],
    found:
      /Line 8 of .*myproject\.py, `app\.run\(host='0\.0\.0\.0'\)`, starts a server of its own \(port 5000\)/,
    advice: /Write `if __name__ == "__main__":` above line 8/,
  },
  'an application that waits': {
    cause: 'app-too-slow',
    mistakes: [
      { http: page(504, '', 'nginx/1.22.1') },
      asked('/home/sammy/myproject/myproject.py:6:    time.sleep(1000)\n', 'while (True'),
    ],
    found: /Line 6 of .*, `time\.sleep\(1000\)`, may be what it waits for/,
    advice: /Take that line out/,
  },
  'an application that is not loaded yet': {
    cause: 'app-still-loading',
    mistakes: [
      { http: { kind: 'timeout', phase: 'answer' } },
      { answers: { "-n 400 -u 'myproject.service'": '*** Operational MODE: preforking ***\n' } },
    ],
    found: /has no workers yet/,
    advice: /Give it a minute/,
  },
};

/** The query of the last request, for a log that has it. */
let lastMark = '';

/** A guest whose requests are noted. */
function noting(scripts: readonly Script[]): readonly Script[] {
  const http = scripts.findLast((script) => script.http !== undefined)?.http;
  if (typeof http !== 'function') return scripts;
  return [
    ...scripts,
    {
      http: (request) => {
        lastMark = new URL(request.url).search.slice(1);
        return http(request);
      },
    },
  ];
}

describe.for(Object.entries(WRONG_TURNS))('%s', ([, { cause, mistakes, found, advice }]) => {
  it(`is recognised as ${cause}`, async () => {
    const result = await checkChain(...noting(mistakes));
    expect(result).toMatchObject({ status: 'fail', cause });
    if (result.status !== 'fail') return;
    expect(result.found).toMatch(found);
    expect(result.advice).toMatch(advice);
  });
});

it('follows an upstream that leads to the socket', async () => {
  const upstream = passing('uwsgi_pass app;', `upstream app {\n    server unix:${SOCKET};\n}\n`);
  expect(
    await checkChain(servedByUnit('<h1>Hello Thre!</h1>'), loading({ [ENABLED]: upstream })),
  ).toMatchObject({
    cause: 'page-differs',
  });
});

it('looks again when uWSGI was young as the request began that waited for it', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const served = servedByUnit();
  const answer = served.http;
  const seen: string[] = [];
  const waiting: Script = {
    answers: { ...served.answers, '-gt 75 ] && break': 'waited\n' },
    http: (request) => {
      seen.push(request.url);
      if (seen.length > 1 && typeof answer === 'function') return answer(request);
      now += 30_000;
      return { kind: 'timeout', phase: 'answer' };
    },
  };
  expect(await checkChain(waiting)).toMatchObject({ status: 'pass' });
  clock.mockRestore();
});

describe('a log', () => {
  it.for([
    [SERVER_BLOCK, '/var/log/nginx/error.log', 'error.log: there is no such folder'],
    [
      SERVER_BLOCK.replace('listen 80;', 'listen 80;\n    access_log /var/log/myproject/access.log;'),
      '/var/log/myproject/access.log',
      `access.log (line 3 of ${ENABLED}): there is no such folder`,
    ],
  ] as const)('%#: Nginx cannot make it without its folder', async ([text, log, found]) => {
    const result = await checkChain(refusing(text, `open() "${log}" failed (2: No such file or directory)`));
    expect(result).toMatchObject({
      cause: 'nginx-log-folder-missing',
      found: expect.stringContaining(found) as unknown,
      advice: expect.stringContaining(`\`sudo mkdir -p ${log.replace(/\/[^/]+$/, '')}\``) as unknown,
    });
  });
});

describe('a connection that is refused', () => {
  it('says that Nginx listens by IPv6 alone', async () => {
    const text = SERVER_BLOCK.replace('listen 80;', 'listen [::]:80;');
    const result = await checkChain({
      http: { kind: 'refused' },
      answers: {
        'nginx -T': dump({ [ENABLED]: text }),
        'ss -Hltnp': 'LISTEN 0 511 [::]:80 [::]:* users:(("nginx",pid=901,fd=6))\n',
      },
    });
    expect(result).toMatchObject({
      cause: 'listen-address-wrong',
      found: expect.stringContaining('which is IPv6 alone') as unknown,
    });
  });

  it('says that ufw rejects it', async () => {
    const rule = '### tuple ### reject tcp 80 0.0.0.0/0 any 0.0.0.0/0 in\n';
    const result = await checkChain({
      http: { kind: 'refused' },
      answers: { 'user.rules': `*filter\n${rule}${TUPLES.nginxFull}### END RULES ###\n` },
    });
    expect(result).toMatchObject({
      cause: 'firewall-denies',
      advice: expect.stringContaining('`sudo ufw delete reject 80/tcp`') as unknown,
    });
  });
});

describe('what Nginx cannot do itself', () => {
  it.for(['getpwnam("nginx") failed', 'getgrnam("nobody") failed'])('run as somebody: %s', async (said) => {
    const result = await checkChain(
      refusing(SERVER_BLOCK, `${said} in ${FOLDER}/nginx.conf:1`, { [`${FOLDER}/nginx.conf`]: MAIN_TEXT }),
    );
    expect(result).toMatchObject({
      cause: 'nginx-user-unknown',
      advice: expect.stringContaining('Write `user www-data;` in line 1') as unknown,
    });
  });

  const TRIED = SERVER_BLOCK.replace(
    '    location / {',
    '    location / { try_files $uri @yourapplication; }\n    location @demoapp {',
  );
  const logging500 = (message: string): Script =>
    fromNginxAlone(
      500,
      '<html><center><h1>500 Internal Server Error</h1></center><hr><center>nginx/1.22.1</center></html>',
      `2026/11/21 02:57:23 [error] 901#901: *7 ${message}, client: 192.168.86.1, server: flask.example, request: "GET /?MARK HTTP/1.1", host: "flask.example"\n`,
    );

  it('find a location by another name', async () => {
    const said = 'could not find named location "@yourapplication"';
    const result = await checkChain(loading({ [ENABLED]: TRIED }), logging500(said));
    expect(result).toMatchObject({
      cause: 'named-location-missing',
      found: expect.stringContaining(`Line 5 of ${ENABLED} hands requests to`) as unknown,
      advice: expect.stringContaining('Write `@demoapp` in line 5') as unknown,
    });
  });

  it('go round in circles', async () => {
    const result = await checkChain(
      logging500('rewrite or internal redirection cycle while internally redirecting to "/index.html"'),
    );
    expect(result).toMatchObject({
      cause: 'nginx-own-error',
      found: expect.stringContaining('redirecting to "/index.html".') as unknown,
    });
  });
});
