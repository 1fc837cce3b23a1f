import { beforeEach, describe, expect, test } from 'vitest';
import { exampleCommand } from '../chapter/model-examples.ts';
import type { Action, CommandAction, FileAction, PressAction, Step, VisitAction } from '../chapter/model.ts';
import { StepTracker } from './step-tracker.ts';

const command = (id: string, text: string, more: Partial<CommandAction> = {}): CommandAction =>
  exampleCommand(text, { id, ...more });

function file(id: string, path: string): FileAction {
  return {
    kind: 'file',
    id,
    line: 1,
    shownPath: path,
    path,
    language: 'ini',
    content: 'x\n',
    addedLines: [],
    asRoot: false,
  };
}
const visit = (id: string, outcome: VisitAction['outcome'] = 200): VisitAction => ({
  kind: 'visit',
  id,
  line: 1,
  url: 'http://flask.example:5000/',
  outcome,
  ...(outcome === 200 && { expect: 'Hello' }),
});
const press: PressAction = { kind: 'press', id: 'p', line: 1, keys: 'Ctrl+C', terminal: 1 };

let ended: string[];
let edited: string[];
function track(...steps: readonly (readonly Action[])[]): StepTracker {
  ended = [];
  edited = [];
  const model: Step[] = steps.map((actions, index) => ({
    id: `s${index + 1}`,
    title: '',
    actions,
    checks: [],
  }));
  return new StepTracker(model, {
    onAction: () => {},
    onStepEnded: (step) => ended.push(step.id),
    onEdited: (listings) => edited.push(...listings.map((listing) => listing.id)),
  });
}

describe('plain commands', () => {
  test('typed by hand with other blanks, it counts', () => {
    const tracker = track([command('a', 'sudo apt-get update')]);
    tracker.commandStarted(2, '  sudo   apt-get update ');
    expect(tracker.status('a')).toBe('running');
    tracker.commandEnded(2, 0);
    expect(tracker.status('a')).toBe('done');
    expect(ended).toEqual(['s1']);
  });

  test('another command is none of the chapter', () => {
    const tracker = track([command('a', 'ls')]);
    tracker.commandStarted(1, 'ls -l');
    tracker.commandEnded(1, 0);
    expect(tracker.status('a')).toBe('pending');
    expect(ended).toEqual([]);
  });

  test('a failed one ends the step too, so that the checks can say why', () => {
    const tracker = track([command('a', 'false')]);
    tracker.commandStarted(1, 'false');
    tracker.commandEnded(1, 1);
    expect(tracker.status('a')).toBe('failed');
    expect(ended).toEqual(['s1']);
  });

  test('an exit status that the text expects is no failure', () => {
    const tracker = track([command('a', 'grep x y', { exit: 1 })]);
    tracker.commandStarted(1, 'grep x y');
    tracker.commandEnded(1, 1);
    expect(tracker.status('a')).toBe('done');
  });

  test('the step ends with its last command', () => {
    const tracker = track([command('a', 'one'), command('b', 'two')]);
    tracker.commandStarted(1, 'one');
    tracker.commandEnded(1, 0);
    expect(ended).toEqual([]);
    tracker.commandStarted(1, 'two');
    tracker.commandEnded(1, 0);
    expect(ended).toEqual(['s1']);
  });

  test('the same command in two steps is each in turn', () => {
    const tracker = track([command('a', 'ls')], [command('b', 'ls')]);
    for (const id of ['a', 'b']) {
      tracker.commandStarted(1, 'ls');
      tracker.commandEnded(1, 0);
      expect(tracker.status(id)).toBe('done');
    }
    tracker.commandStarted(1, 'ls');
    tracker.commandEnded(1, 2);
    expect([tracker.status('a'), tracker.status('b')]).toEqual(['done', 'failed']);
  });

  test('two terminals do not mix', () => {
    const tracker = track([command('a', 'one'), command('b', 'two', { terminal: 2 })]);
    tracker.commandStarted(1, 'one');
    tracker.commandStarted(2, 'two');
    tracker.commandEnded(2, 0);
    expect([tracker.status('a'), tracker.status('b')]).toEqual(['running', 'done']);
  });
});

describe('one way of several', () => {
  const ways = [
    command('old', 'pip', { alternative: true }),
    command('new', 'pip3'),
    command('last', 'mkdir x'),
  ];

  test('the first way settles its counterpart', () => {
    const tracker = track(ways);
    for (const line of ['pip', 'mkdir x']) {
      tracker.commandStarted(1, line);
      tracker.commandEnded(1, 0);
    }
    expect(ended).toEqual(['s1']);
  });

  test('the way of the replay needs no alternative', () => {
    const tracker = track(ways);
    for (const line of ['pip3', 'mkdir x']) {
      tracker.commandStarted(1, line);
      tracker.commandEnded(1, 0);
    }
    expect(ended).toEqual(['s1']);
  });

  test('neither is not enough', () => {
    const tracker = track(ways);
    tracker.commandStarted(1, 'mkdir x');
    tracker.commandEnded(1, 0);
    expect(ended).toEqual([]);
  });
});

describe('commands that stay in the foreground', () => {
  const serve = command('serve', 'python app.py', { until: 'Running on' });
  let tracker: StepTracker;
  beforeEach(() => {
    tracker = track([serve, visit('v'), press]);
    tracker.commandStarted(1, 'python app.py');
  });

  test('is ready though much is printed after its words in one go', () => {
    tracker.output(1, `Running on http://127.0.0.1:5000\n${'GET / 200\n'.repeat(2000)}`);
    expect(tracker.status('serve')).toBe('ready');
  });

  test('is ready when its words are cut, or wrapped with blanks', () => {
    tracker.output(1, `${'x'.repeat(5000)}\nRunn`);
    expect(tracker.status('serve')).toBe('running');
    tracker.output(1, `ing ${' '.repeat(200)}`);
    tracker.output(1, '\r\non http');
    expect(tracker.status('serve')).toBe('ready');
  });

  test('ready when the text has been printed, even in pieces and in colour', () => {
    tracker.output(1, ' * \x1b[1mRunn');
    tracker.output(1, 'ing\x1b[0m on http');
    expect(tracker.status('serve')).toBe('ready');
    expect(ended).toEqual([]);
  });

  test('the text in another terminal says nothing', () => {
    tracker.output(2, 'Running on');
    expect(tracker.status('serve')).toBe('running');
  });

  test('Ctrl+C after that is success, and settles the press', () => {
    tracker.output(1, 'Running on');
    tracker.commandEnded(1, 130);
    expect([tracker.status('serve'), tracker.status('p')]).toEqual(['done', 'done']);
    expect(ended).toEqual(['s1']);
  });

  test('an end before it is ready is a failure', () => {
    tracker.commandEnded(1, 0);
    expect(tracker.status('serve')).toBe('failed');
  });

  test('without a press, ready is the end of the step', () => {
    const alone = track([serve]);
    alone.commandStarted(1, 'python app.py');
    alone.output(1, 'Running on');
    expect(ended).toEqual(['s1']);
  });
});

describe('files', () => {
  test('leaving the editor asks for a comparison', () => {
    const tracker = track([
      command('nano', 'nano a.ini', { edits: '/a.ini' }),
      file('f', '/a.ini'),
      file('g', '/b.ini'),
    ]);
    tracker.commandStarted(1, 'nano a.ini');
    tracker.commandEnded(1, 0);
    expect(edited).toEqual(['f']);
  });

  test('a file written by the button needs no editor', () => {
    const tracker = track([command('nano', 'nano a.ini', { edits: '/a.ini' }), file('f', '/a.ini')]);
    tracker.fileCompared(file('f', '/a.ini'), 'done');
    expect(tracker.status('f')).toBe('done');
  });
});

describe('visits', () => {
  test('a typed address counts when what comes back is as written', () => {
    const tracker = track([visit('first', 'timeout'), visit('second')]);
    const urls = ['http://flask.example:5000'];
    tracker.visited({ action: null, urls, outcome: 200, text: 'Hello There!' });
    expect([tracker.status('first'), tracker.status('second')]).toEqual(['pending', 'done']);
    tracker.visited({ action: null, urls, outcome: 'timeout', text: '' });
    expect(ended).toEqual(['s1']);
  });

  test('a button’s visit that brings something else has failed', () => {
    const action = visit('v');
    const tracker = track([action]);
    tracker.visited({ action, urls: [action.url], outcome: 502, text: 'Bad Gateway' });
    expect(tracker.status('v')).toBe('failed');
    tracker.visited({ action, urls: [action.url], outcome: 200, text: 'Hello There!' });
    expect(tracker.status('v')).toBe('done');
  });
});

test('a reboot is done when the machine is back', () => {
  const tracker = track([command('r', 'sudo reboot', { reboots: true })]);
  tracker.commandStarted(1, 'sudo reboot');
  tracker.rebooted();
  expect(tracker.status('r')).toBe('done');
  expect(ended).toEqual(['s1']);
});

test('a reboot is not done when the shell says so, but when the machine is back', () => {
  const reboot = command('r', 'sudo reboot', { reboots: true });
  const tracker = track([reboot]);
  tracker.commandStarted(1, 'sudo reboot');
  tracker.commandEnded(1, 0);
  expect([tracker.status('r'), ended]).toEqual(['running', []]);
  tracker.rebooted();
  expect([tracker.status('r'), ended]).toEqual(['done', ['s1']]);
});

test('a reboot in other words is the chapter’s, if it was due', () => {
  const tracker = track([command('a', 'one'), command('r', 'sudo reboot', { reboots: true })]);
  tracker.rebooted();
  expect(tracker.status('r')).toBe('pending');
  tracker.commandStarted(1, 'one');
  tracker.commandEnded(1, 0);
  tracker.commandStarted(1, 'sudo shutdown -r now');
  tracker.commandEnded(1, 0);
  tracker.rebooted();
  expect(tracker.status('r')).toBe('done');
});

test('what else ran is gone with a reboot', () => {
  const tracker = track([
    command('a', 'uwsgi', { terminal: 2 }),
    command('r', 'sudo reboot', { reboots: true }),
  ]);
  tracker.commandStarted(2, 'uwsgi');
  tracker.commandStarted(1, 'sudo reboot');
  tracker.commandEnded(1, 0);
  tracker.rebooted();
  expect([tracker.status('a'), tracker.status('r')]).toEqual(['failed', 'done']);
});

test('switching off ends what runs; a reset forgets all', () => {
  const tracker = track([command('a', 'one'), command('b', 'two')]);
  tracker.commandStarted(1, 'one');
  tracker.commandEnded(1, 0);
  tracker.commandStarted(1, 'two');
  tracker.stopped();
  expect([tracker.status('a'), tracker.status('b')]).toEqual(['done', 'pending']);
  tracker.reset();
  expect(tracker.status('a')).toBe('pending');
});

describe('a machine that was saved', () => {
  test('has done what it had done, and is told again of what ran', () => {
    const before = track([command('a', 'one'), command('b', 'two'), command('c', 'one')]);
    before.commandStarted(1, 'one');
    before.commandEnded(1, 0);
    before.commandStarted(1, 'two');
    const { statuses } = before;
    expect(statuses).toEqual({ a: 'done', b: 'running' });

    const after = track([command('a', 'one'), command('b', 'two'), command('c', 'one')]);
    after.restore({ ...statuses, 'of-another-chapter': 'done' });
    expect([after.status('a'), after.status('b'), after.status('c')]).toEqual(['done', 'pending', 'pending']);
    after.commandStarted(1, 'one');
    expect(after.status('c')).toBe('running');
  });
});
