import { expect, it } from 'vitest';
import type { FileStat } from '../../site/sandbox/types.ts';
import type { Chain } from './chain.ts';
import { mutationsOf, placesOfLink } from './state-mutations.ts';

const SITE = '/etc/nginx/sites-available/shop';
const LINK = '/etc/nginx/sites-enabled/shop';
const stat = (change: Partial<FileStat>): FileStat => ({
  type: 'file',
  mode: 0o644,
  owner: 'root',
  group: 'root',
  sizeBytes: 1,
  ...change,
});

const chain: Chain = {
  check: { kind: 'http', url: 'http://shop.example/', servedBy: 'nginx+uwsgi', unit: 'shop' },
  shared: true,
  files: [{ path: SITE, syntax: 'nginx', effects: ['nginx'] }],
  links: [{ target: SITE, place: '/etc/nginx/sites-enabled' }],
  folders: ['/home/ann'],
  socket: '/home/ann/shop.sock',
  environments: [],
  packages: [],
  memberships: [{ login: 'nginx', group: 'ann' }],
  openings: ['Nginx Full'],
  restartNginx: 'systemctl restart nginx',
  emperorLog: null,
};
const mutations = mutationsOf(chain, {
  login: 'ann',
  contents: new Map([[SITE, 'listen 80;\n']]),
  stats: new Map([
    [SITE, stat({})],
    [LINK, stat({ type: 'symlink', mode: 0o777, target: SITE })],
    ['/home/ann', stat({ type: 'directory', mode: 0o755, owner: 'ann', group: 'ann' })],
    ['/home/ann/shop.sock', stat({ type: 'socket', mode: 0o660, owner: 'ann', group: 'nginx' })],
  ]),
});

it('makes mutations of all kinds, each with a name of its own', () => {
  const names = mutations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toMatchInlineSnapshot(`
    [
      "/etc/nginx/sites-available/shop:1 deleted: listen 80;",
      "/etc/nginx/sites-available/shop:1 key misspelt: litsen 80;",
      "/etc/nginx/sites-available/shop:1 value misspelt: listen 8;",
      "/etc/nginx/sites-available/shop:1 value in quotes: listen "80";",
      "/etc/nginx/sites-available/shop deleted",
      "/etc/nginx/sites-available/shop renamed",
      "/etc/nginx/sites-available/shop mode 600",
      "/etc/nginx/sites-available/shop mode 700",
      "/etc/nginx/sites-available/shop mode 777",
      "/etc/nginx/sites-available/shop owner ann",
      "/etc/nginx/sites-available/shop group ann",
      "/home/ann mode 600",
      "/home/ann mode 644",
      "/home/ann mode 700",
      "/home/ann mode 777",
      "/home/ann owner root",
      "/home/ann group root",
      "/home/ann/shop.sock mode 600",
      "/home/ann/shop.sock mode 644",
      "/home/ann/shop.sock mode 755",
      "/home/ann/shop.sock mode 777",
      "/home/ann/shop.sock owner root",
      "/home/ann/shop.sock group root",
      "/etc/nginx/sites-enabled/shop removed",
      "/etc/nginx/sites-enabled/shop dangling",
      "/etc/nginx/sites-enabled/shop relative",
      "/etc/nginx/sites-enabled/shop pointing to a folder",
      "/etc/nginx/sites-enabled/shop renamed",
      "/home/ann deleted",
      "/home/ann renamed",
      "the login nginx taken out of the group ann",
      "nginx stopped",
      "nginx disabled",
      "nginx masked",
      "nginx killed",
      "the unit shop stopped",
      "the unit shop disabled",
      "the unit shop killed",
      "the rule "Nginx Full" deleted",
      "the rule "Nginx Full" denied",
      "the rule "Nginx Full" rejected",
      "the rule "Nginx Full" ignored, since the firewall is off",
    ]
  `);
});

it('knows how to take each back', () => {
  const find = (name: string) => mutations.find((mutation) => mutation.name === name);
  expect(find('/home/ann mode 700')).toMatchObject({
    make: "chmod 700 '/home/ann'",
    undo: "chmod 755 '/home/ann'",
  });
  expect(find('/home/ann/shop.sock owner root')).toMatchObject({
    undo: "chown ann '/home/ann/shop.sock'; chmod 660 '/home/ann/shop.sock'",
    effects: [],
  });
  expect(find(`${LINK} dangling`)).toMatchObject({
    make: `ln -sfn '${SITE}x' '${LINK}'`,
    undo: `ln -sfn '${SITE}' '${LINK}'`,
    effects: ['nginx'],
  });
});

it('takes the link for what leads to the file', () => {
  expect(mutations.find(({ name }) => name.startsWith(`${SITE}:1 deleted`))?.about).toContain(LINK);
});

it('knows that a link may be named by its folder', () => {
  expect(placesOfLink({ target: SITE, place: '/etc/nginx/sites-enabled' })).toEqual([
    LINK,
    '/etc/nginx/sites-enabled',
  ]);
});
