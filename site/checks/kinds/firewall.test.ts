import { describe, expect, it } from 'vitest';
import { letsIn, parseFirewall } from '../guest/ufw.ts';
import { healthyGuest, TUPLES } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest } from '../testing/scripted-guest.ts';

function check(
  rule: string,
  allowed: boolean,
  rules: string,
  settings = 'ENABLED=yes\nDEFAULT_INPUT_POLICY="DROP"\n',
) {
  return runCheck(
    { kind: 'firewall', rule, allowed },
    scriptedGuest(healthyGuest, { answers: { 'ufw.conf': settings, 'user.rules': rules } }),
  );
}

function tuple(text: string): string {
  return `### tuple ### ${text}\n`;
}

describe('a rule of ufw', () => {
  it('is found by port and by profile', async () => {
    expect(await check('5000', true, TUPLES.port5000)).toMatchObject({ status: 'pass' });
    expect(await check('Nginx Full', true, TUPLES.nginxFull)).toMatchObject({ status: 'pass' });
  });

  it.for([
    'allow tcp 5000 0.0.0.0/0 any 0.0.0.0/0 in',
    'allow any 5000:5010 0.0.0.0/0 any 0.0.0.0/0 in comment=6d7920737368',
  ])('may be written in another way: %s', async (rule) => {
    expect(await check('5000', true, tuple(rule))).toMatchObject({ status: 'pass' });
  });

  it('may open the ports of a profile one by one', async () => {
    const both =
      tuple('allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in') + tuple('allow any 443 0.0.0.0/0 any 0.0.0.0/0 in');
    expect(await check('Nginx Full', true, both)).toMatchObject({ status: 'pass' });
    expect(await check('Nginx Full', true, tuple('allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in'))).toMatchObject({
      cause: 'nginx-not-allowed',
    });
  });

  it.for([
    'allow tcp 5000 0.0.0.0/0 any 10.0.0.0/8 in',
    'allow udp 5000 0.0.0.0/0 any 0.0.0.0/0 in',
    'allow any 500 0.0.0.0/0 any 0.0.0.0/0 in',
  ])('does not count when it is narrower: %s', async (rule) => {
    expect(await check('5000', true, tuple(rule))).toMatchObject({ cause: 'port-not-opened' });
  });

  it('is missing with the command that adds it', async () => {
    expect(await check('5000', true, '')).toMatchObject({
      cause: 'port-not-opened',
      advice: 'Allow it: `sudo ufw allow 5000`.',
    });
    expect(await check('Nginx Full', true, '')).toMatchObject({
      advice: "Allow it: `sudo ufw allow 'Nginx Full'`.",
    });
  });

  it('may be overruled by an earlier one', async () => {
    expect(
      await check('5000', true, tuple('deny any 5000 0.0.0.0/0 any 0.0.0.0/0 in') + TUPLES.port5000),
    ).toMatchObject({
      cause: 'firewall-denies',
      advice: expect.stringContaining('sudo ufw delete deny 5000') as unknown,
    });
  });

  it.for([
    ['deny tcp 80 0.0.0.0/0 any 0.0.0.0/0 in', 'sudo ufw delete deny 80/tcp'],
    ['deny tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in', 'sudo ufw delete deny 80,443/tcp'],
    ['deny any any 0.0.0.0/0 any 0.0.0.0/0 in', 'sudo ufw delete deny from any'],
    ['reject tcp 80 0.0.0.0/0 any 0.0.0.0/0 Nginx%20HTTP - in', "sudo ufw delete reject 'Nginx HTTP'"],
  ] as const)('is overruled by %s', async ([rule, advice]) => {
    expect(await check('Nginx Full', true, tuple(rule) + TUPLES.nginxFull)).toMatchObject({
      cause: 'firewall-denies',
      advice: expect.stringContaining(`\`${advice}\``) as unknown,
    });
  });

  it('must be gone again when it should not allow', async () => {
    expect(await check('5000', false, TUPLES.nginxFull)).toMatchObject({ status: 'pass' });
    expect(await check('5000', false, TUPLES.port5000)).toMatchObject({
      cause: 'rule-not-deleted',
      advice: 'Take the rule away: `sudo ufw delete allow 5000`.',
    });
    expect(await check('5000', false, '', 'ENABLED=no\n')).toMatchObject({ cause: 'firewall-off' });
  });

  it('needs ufw', async () => {
    expect(await check('5000', true, '', 'cat: /etc/ufw/ufw.conf: No such file or directory')).toMatchObject({
      cause: 'firewall-missing',
    });
  });

  it('names a profile that ufw does not know', async () => {
    const context = scriptedGuest(healthyGuest, { answers: { 'user.rules': '', 'applications.d': '' } });
    expect(await runCheck({ kind: 'firewall', rule: 'Nginx Full', allowed: true }, context)).toMatchObject({
      cause: 'firewall-profile-unknown',
    });
  });
});

describe('letsIn', () => {
  const firewall = (settings: string, rules: string) =>
    parseFirewall({
      ufwEnabled: { code: 0, output: settings },
      ufwRules: { code: 0, output: rules },
      ufwProfiles: { code: 0, output: '' },
    });

  it.for([
    ['off', 'ENABLED=no', '', true],
    ['on, no rule', 'ENABLED=yes', '', false],
    ['on, default accept', 'ENABLED=yes\nDEFAULT_INPUT_POLICY="ACCEPT"', '', true],
    ['on, a rule', 'ENABLED=yes', TUPLES.port5000, true],
    ['on, limited', 'ENABLED=yes', tuple('limit tcp 5000 0.0.0.0/0 any 0.0.0.0/0 in'), true],
    ['on, only outgoing', 'ENABLED=yes', tuple('allow tcp 5000 0.0.0.0/0 any 0.0.0.0/0 out'), false],
  ] as const)('%s', ([, settings, rules, expected]) => {
    const parsed = firewall(settings, rules);
    expect(parsed !== null && letsIn(parsed, 5000)).toBe(expected);
  });
});
