import { expect, it } from 'vitest';
import type { CommandTiming } from './engine.ts';
import { secondsOfCommands, slowestTable, timingTable, totalWaitedMs } from './timing-table.ts';

const timing = (command: string, waitedMs: number, reboot = false): CommandTiming => ({
  chapter: 'guide/one',
  step: 's',
  action: 's/1',
  command,
  keys: false,
  waitedMs,
  reboot,
  visit: false,
});

it('lists every command and page that was waited for, and sums up the commands but the reboot', () => {
  const timings = [
    timing('sudo apt-get update', 1500),
    timing('sudo reboot', 40_000, true),
    { ...timing('http://flask.example/', 71_000), visit: true },
  ];
  expect(totalWaitedMs(timings)).toBe(1500);
  expect(timingTable(timings, { budget: true })).toBe(
    [
      '',
      'guide/one',
      '    1.5 s  sudo apt-get update',
      '   40.0 s  sudo reboot  (a reboot: not counted)',
      '   71.0 s  http://flask.example/  (a page, until it was there: not counted)',
      '',
      '    1.5 s  together',
      '           within the budget of 240 s',
    ].join('\n'),
  );
});

it('says when the budget is overdrawn', () => {
  expect(timingTable([timing('make', 240_001)], { budget: true })).toContain('over the budget of 240 s');
  expect(timingTable([timing('make', 240_001)], { budget: false })).not.toContain('budget');
});

it('gives seconds by action, without restarts, keys and pages', () => {
  const timings = [
    timing('sudo apt-get update', 1449),
    { ...timing('Ctrl+C (ends uwsgi)', 300), action: 's/2', keys: true },
    { ...timing('sudo reboot', 40_000, true), action: 's/3' },
    { ...timing('http://flask.example/', 71_000), action: 's/4', visit: true },
  ];
  expect(secondsOfCommands(timings)).toEqual({ 'guide/one/s/1': 1.4 });
});

it('shows the slowest commands and the sum of all, without restarts and pages', () => {
  const timings = [
    timing('ls', 100),
    timing('sudo reboot', 40_000, true),
    timing('sudo pip install virtualenv', 20_000),
    timing('nano', 700),
    { ...timing('http://flask.example/', 71_000), visit: true },
  ];
  expect(slowestTable(timings, 2)).toBe(
    ['   20.0 s  sudo pip install virtualenv', '    0.7 s  nano', '   20.8 s  all 3 commands together'].join(
      '\n',
    ),
  );
});
