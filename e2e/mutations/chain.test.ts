import { describe, expect, it } from 'vitest';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Guide } from '../../site/chapter/model.ts';
import { builtGuide } from '../built-guide.ts';
import { chainsOf } from './chain.ts';

const guides = loadGuides().map((guide) => builtGuide(guide).guide);
const guide = (slug: string): Guide => {
  const found = guides.find((candidate) => candidate.slug === slug);
  if (found === undefined) throw new Error(`There is no guide ${slug}.`);
  return found;
};
const paths = (slug: string): readonly (readonly string[])[] =>
  chainsOf(guide(slug)).map(({ files }) => files.map(({ path }) => path));

it.each(guides.map((each) => [each.slug, each] as const))('finds the chain of %s', (_, each) => {
  const chains = chainsOf(each);
  expect(chains.length).toBeGreaterThan(0);
  for (const { files, socket, environments } of chains) {
    const syntaxes = new Set(files.map(({ syntax }) => syntax));
    expect(syntaxes).toEqual(new Set([...syntaxes, 'python', 'ini', 'nginx']));
    expect(socket).toMatch(/\.sock$/);
    expect(environments).toHaveLength(1);
  }
  expect(chains.filter(({ shared }) => shared)).toHaveLength(1);
});

describe('the files', () => {
  it('are those of the listings', () => {
    expect(paths('ubuntu-16.04-flask')).toMatchInlineSnapshot(`
      [
        [
          "/home/sammy/myproject/myproject.py",
          "/home/sammy/myproject/wsgi.py",
          "/home/sammy/myproject/myproject.ini",
          "/etc/systemd/system/myproject.service",
          "/etc/nginx/sites-available/myproject",
        ],
      ]
    `);
    expect(paths('centos-7-wsgi')).toMatchInlineSnapshot(`
      [
        [
          "/home/user/myapp/wsgi.py",
          "/home/user/myapp/myapp.ini",
          "/etc/systemd/system/uwsgi.service",
          "/etc/nginx/nginx.conf",
        ],
      ]
    `);
  });

  it('are told apart when there are two applications; what is packaged elsewhere is not served', () => {
    expect(paths('ubuntu-13.04-flask')).toMatchInlineSnapshot(`
      [
        [
          "/etc/init/uwsgi.conf",
          "/var/www/teaapp/tea.py",
          "/var/www/teaapp/teaapp_uwsgi.ini",
          "/var/www/teaapp/teaapp_nginx.conf",
        ],
        [
          "/var/www/demoapp/hello.py",
          "/var/www/demoapp/demoapp_nginx.conf",
          "/var/www/demoapp/demoapp_uwsgi.ini",
        ],
      ]
    `);
  });
});

it('asks for the page without the restart, which no snapshot has', () => {
  expect(chainsOf(guide('ubuntu-13.04-flask')).map(({ check }) => check)).toMatchInlineSnapshot(`
    [
      {
        "contains": "The tea is ready.",
        "job": "uwsgi",
        "kind": "http",
        "servedBy": "nginx+uwsgi",
        "sinceBoot": false,
        "socket": "/var/www/teaapp/teaapp_uwsgi.sock",
        "url": "http://tea.example/",
        "vassal": "/var/www/teaapp/teaapp_uwsgi.ini",
      },
      {
        "contains": "Hello from a package!",
        "job": "uwsgi",
        "kind": "http",
        "servedBy": "nginx+uwsgi",
        "sinceBoot": false,
        "socket": "/var/www/demoapp/demoapp_uwsgi.sock",
        "url": "http://flask.example/",
        "vassal": "/var/www/demoapp/demoapp_uwsgi.ini",
      },
    ]
  `);
});

it('knows links, folders, groups and rules from commands and checks', () => {
  const [ubuntu] = chainsOf(guide('ubuntu-16.04-flask'));
  expect(ubuntu).toMatchObject({
    links: [{ target: '/etc/nginx/sites-available/myproject', place: '/etc/nginx/sites-enabled' }],
    openings: ['Nginx Full'],
    memberships: [],
    restartNginx: 'systemctl restart nginx',
    emperorLog: null,
  });
  expect(chainsOf(guide('centos-7-flask'))[0]).toMatchObject({
    memberships: [{ login: 'nginx', group: 'user' }],
    openings: [],
  });
  expect(chainsOf(guide('ubuntu-13.04-flask'))[0]).toMatchObject({
    emperorLog: '/var/log/uwsgi/emperor.log',
    restartNginx: '/etc/init.d/nginx restart',
  });
  expect(ubuntu?.folders).toMatchInlineSnapshot(`
    [
      "/home/sammy",
      "/home/sammy/myproject",
      "/etc/nginx",
      "/etc/nginx/sites-available",
      "/etc/nginx/sites-enabled",
    ]
  `);
});
