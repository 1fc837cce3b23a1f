import { describe, expect, it } from 'vitest';
import { DEFAULT_BLOCK, SERVER_BLOCK } from '../testing/healthy-guest.ts';
import { findAll, lineWithoutSemicolon, parseNginxFile } from './nginx-syntax.ts';
import { blockFor, passFor, serverBlocks, socketOfPass, splitFiles, takes } from './server-blocks.ts';
import { processorMs } from '../testing/processor-time.ts';

describe('parseNginxFile', () => {
  it('reads directives, blocks, quotes and comments with their lines', () => {
    const text =
      'user www-data;\n# a } comment;\nlog_format x "a; {b}" \'c\';\nserver {\n  listen 80; # why\n  return 301 https://$host${uri};\n}\n';
    expect(parseNginxFile(text, 'f')).toEqual([
      { name: 'user', args: ['www-data'], file: 'f', line: 1 },
      { name: 'log_format', args: ['x', 'a; {b}', 'c'], file: 'f', line: 3 },
      {
        name: 'server',
        args: [],
        file: 'f',
        line: 4,
        block: [
          { name: 'listen', args: ['80'], file: 'f', line: 5 },
          { name: 'return', args: ['301', 'https://$host${uri}'], file: 'f', line: 6 },
        ],
      },
    ]);
  });

  it('never throws', () => {
    expect(() => parseNginxFile('server { listen "80\n } } ;;; {', 'f')).not.toThrow();
    for (const part of ['{', 'a {', '}', 'a;'])
      expect(() => findAll(parseNginxFile(part.repeat(65_536), 'f'), 'server')).not.toThrow();
  });

  it('still reads a server in a server in a server', () => {
    const text = `${'server { '.repeat(20)}${'} '.repeat(20)}`;
    expect(findAll(parseNginxFile(text, 'f'), 'server')).toHaveLength(20);
  });

  it.for(['${', '\n', '"\\', "' ", 'a\n'])('takes no time for %j', async (part) => {
    const text = part.repeat(65_536 / part.length);
    const took = await processorMs(() => {
      parseNginxFile(text, 'f');
      lineWithoutSemicolon(text);
    });
    expect(took).toBeLessThan(500);
  });
});

describe('lineWithoutSemicolon', () => {
  it('finds the first open line and none in a sound file', () => {
    expect(lineWithoutSemicolon(SERVER_BLOCK)).toBeNull();
    expect(lineWithoutSemicolon(DEFAULT_BLOCK)).toBeNull();
    expect(lineWithoutSemicolon('server {\n  listen 80 # web\n}')).toEqual({ line: 2, text: 'listen 80' });
    expect(lineWithoutSemicolon('server\n{\n  server_name a\n}')).toEqual({ line: 3, text: 'server_name a' });
  });
});

describe('blockFor', () => {
  const named = (name: string, extra = ''): string => `server { listen 80${extra}; server_name ${name}; }\n`;
  const choose = (host: string, port: number, ...texts: readonly string[]): string | undefined =>
    blockFor(serverBlocks(texts.map((text, index) => ({ path: String(index), text }))), host, port)?.names[0];

  it.for([
    [
      'an exact name before a wildcard',
      'flask.example',
      [named('*.example'), named('flask.example')],
      'flask.example',
    ],
    [
      'upper case or not',
      'Flask.Example',
      [named('_', ' default_server'), named('flask.example')],
      'flask.example',
    ],
    ['the longest wildcard', 'a.b.example', [named('*.example'), named('*.b.example')], '*.b.example'],
    [
      'a wildcard before the default',
      'a.example',
      [named('_', ' default_server'), named('.example')],
      '.example',
    ],
    ['a trailing wildcard', 'flask.example', [named('_', ' default_server'), named('flask.*')], 'flask.*'],
    ['a regular expression', 'flask.example', [named('_', ' default_server'), named('~^fl.+e$')], '~^fl.+e$'],
    [
      'an expression with a group',
      'flask.example',
      [named('_', ' default_server'), named('~^(www\\.)?(?<name>.+)\\.[a-z]+$')],
      '~^(www\\.)?(?<name>.+)\\.[a-z]+$',
    ],
    ['the default', 'other', [named('flask.example'), named('_', ' default_server')], '_'],
    ['the first without a default', 'other', [named('flask.example'), named('_')], 'flask.example'],
  ] as const)('takes %s', ([, host, texts, expected]) => {
    expect(choose(host, 80, ...texts)).toBe(expected);
  });

  it.for(['~.*'.padEnd(34, '.*') + '#', '~((.|.)*)*#', '~(a+)+#', '~(.{1,9}){1,9}#', '~(|||||||.)+#'])(
    'takes no time for %s',
    async (expression) => {
      const block = named(`"${expression}"`);
      expect(await processorMs(() => choose('flask.example.flask.example', 80, block))).toBeLessThan(200);
    },
  );

  it('looks at the port', () => {
    expect(choose('a', 8080, 'server { listen 192.168.86.100:8080; server_name a; }')).toBe('a');
    expect(choose('a', 8080, 'server { listen 127.0.0.1:8080; server_name a; }')).toBeUndefined();
    expect(choose('a', 80, 'server { listen [::]:80; server_name a; }')).toBeUndefined();
    expect(choose('a', 80, 'server { listen [::]:80 ipv6only=off; server_name a; }')).toBe('a');
    expect(choose('a', 80, 'server { listen [::]:8080; server_name a; }')).toBeUndefined();
    expect(choose('a', 80, 'server { server_name a; }')).toBe('a');
  });

  it('finds blocks inside http { }', () => {
    expect(choose('a', 80, `http { ${named('a')} }`)).toBe('a');
  });
});

describe('passFor', () => {
  it('takes the longest location', () => {
    const text =
      'server { location / { uwsgi_pass unix:/a.sock; } location /static { root /x; } location = /h { proxy_pass http://h; } }';
    const block = serverBlocks([{ path: 'f', text }])[0];
    expect(block && passFor(block, '/page')?.args).toEqual(['unix:/a.sock']);
    expect(block && passFor(block, '/static/x')).toBeNull();
    expect(block && passFor(block, '/h')?.name).toBe('proxy_pass');
  });

  it('takes an expression before a prefix, unless it would take too long', async () => {
    const text =
      'server { location / { uwsgi_pass unix:/a.sock; } location ~ ^/p.*e$ { proxy_pass http://h; } location ~ (.|/)*# { proxy_pass http://i; } }';
    const block = serverBlocks([{ path: 'f', text }])[0];
    expect(block && passFor(block, '/page')?.name).toBe('proxy_pass');
    const took = await processorMs(() =>
      expect(block && passFor(block, '/'.repeat(30))?.name).toBe('uwsgi_pass'),
    );
    expect(took).toBeLessThan(200);
  });
});

it.for([
  ['/etc/nginx/sites-enabled/*', '/etc/nginx/sites-enabled/myproject', true],
  ['/etc/nginx/sites-enabled/*', '/etc/nginx/sites-enabled/.myproject.swp', false],
  ['/etc/nginx/sites-enabled/*', '/etc/nginx/sites-available/myproject', false],
  ['/etc/nginx/conf.d/*.conf', '/etc/nginx/conf.d/myproject.conf', true],
  ['/etc/nginx/conf.d/*.conf', '/etc/nginx/conf.d/myproject.conf:', false],
  ['/etc/nginx/mime.types', '/etc/nginx/mime.types', true],
] as const)('%s takes %s: %s', ([pattern, path, expected]) => {
  expect(takes(pattern, path)).toBe(expected);
});

it('takes the longest prefix with ^~ before an expression', () => {
  const text =
    'server { location ^~ /page { uwsgi_pass unix:/a.sock; } location ~ page { proxy_pass http://h; } location ~ pa { return 404; } }';
  const block = serverBlocks([{ path: 'f', text }])[0];
  expect(block && passFor(block, '/page')?.name).toBe('uwsgi_pass');
  expect(block && passFor(block, '/a/page')?.name).toBe('proxy_pass');
});

it('splits a dump into files, with lines as in the file', () => {
  const files = splitFiles('nginx: ok\n# configuration file /a:\none\n\n# configuration file /b:\ntwo\n');
  expect(files).toEqual([
    { path: '/a', text: 'one\n\n' },
    { path: '/b', text: 'two\n' },
  ]);
});

it('tells the socket of an address', () => {
  expect(socketOfPass('unix:/run/a.sock')).toBe('/run/a.sock');
  expect(socketOfPass('http://unix:/run/a.sock:/uri')).toBe('/run/a.sock');
  expect(socketOfPass('127.0.0.1:3031')).toBeNull();
});
