import { describe, expect, it } from 'vitest';
import type {
  Action,
  CommandAction,
  FileAction,
  PlacedCheck,
  VisitAction,
} from '../../site/chapter/model.ts';
import { exampleChapter as chapterOf, exampleCommand as command } from '../../site/chapter/model-examples.ts';
import type { CheckResult } from '../../site/checks/model.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';
import type { ReplayDriver, TerminalEvent, TerminalWish, VisitResult } from './driver.ts';
import { chooseWays, playChapter, type PlayOptions } from './engine.ts';

/** A driver that writes down what it is asked and answers from a list. */
class ScriptedDriver implements ReplayDriver {
  readonly log: string[] = [];
  readonly files = new Map<string, string>();
  readonly events: TerminalEvent[];
  printedLines: readonly PrintedLine[] = [];
  kernel = '';
  /** How long ago Enter was when the driver has typed a command, milliseconds. */
  enteredMsAgo = 0;
  page: readonly string[] = [];
  checkResults: CheckResult[] = [];
  /** Answers that come first. */
  visitResults: VisitResult[] = [];

  constructor(events: TerminalEvent[]) {
    this.events = events;
  }
  async startCommand({ terminal, command }: CommandAction): Promise<number> {
    this.log.push(`${terminal}$ ${command}`);
    return performance.now() - this.enteredMsAgo;
  }
  async type(terminal: number, text: string): Promise<void> {
    this.log.push(`${terminal}> ${JSON.stringify(text)}`);
  }
  async press(terminal: number, key: string): Promise<void> {
    this.log.push(`${terminal}> <${key}>`);
  }
  async waitFor(_terminal: number, wish: TerminalWish): Promise<TerminalEvent> {
    this.log.push(`wait ${JSON.stringify(wish)}`);
    return this.events.shift() ?? { kind: 'ended', exit: 0 };
  }
  async screen(): Promise<string> {
    return 'sammy@server:~$ ';
  }
  async writeFile(action: FileAction): Promise<void> {
    this.files.set(action.path, action.content);
  }
  async compareFile({ path, content }: FileAction): Promise<'same' | 'different' | 'missing'> {
    if (!this.files.has(path)) return 'missing';
    return this.files.get(path) === content ? 'same' : 'different';
  }
  async visit(_action: VisitAction): Promise<VisitResult> {
    return this.visitResults.shift() ?? { outcome: 200, text: 'Hello There!' };
  }
  async check(_placed: PlacedCheck): Promise<CheckResult> {
    return this.checkResults.shift() ?? { status: 'pass', expected: '', found: 'it' };
  }
  async waitForReboot(): Promise<readonly PrintedLine[]> {
    this.log.push('reboot');
    return this.printedLines;
  }
  async printed(): Promise<readonly PrintedLine[]> {
    return this.printedLines;
  }
  async kernelLog(): Promise<string> {
    return this.kernel;
  }
  async pageTrouble(): Promise<readonly string[]> {
    return this.page;
  }
}

const file = (content: string, more: object = {}): Action => ({
  kind: 'file',
  id: 's/file',
  line: 9,
  shownPath: '~/a.ini',
  path: '/home/sammy/a.ini',
  language: 'ini',
  content,
  addedLines: [],
  asRoot: false,
  ...more,
});

const placedCheck: PlacedCheck = {
  id: 's/check-1',
  line: 20,
  title: 'Nginx is installed',
  check: { kind: 'package', name: 'nginx', manager: 'apt' },
};

const failed: CheckResult = { status: 'fail', expected: 'nginx', found: 'nothing', advice: 'Install it.' };

describe('a command', () => {
  it('is typed and awaited, and its time is kept', async () => {
    const driver = new ScriptedDriver([]);
    const report = await playChapter(chapterOf([command('ls')]), driver);
    expect(driver.log).toEqual(['1$ ls', 'wait {"end":true}']);
    expect(report.timings).toMatchObject([{ chapter: 'g/c', step: 's', command: 'ls', reboot: false }]);
  });

  it('is waited for from Enter, however long its typing took', async () => {
    const driver = new ScriptedDriver([]);
    driver.enteredMsAgo = 5000;
    const { timings } = await playChapter(chapterOf([command('ls')]), driver);
    expect(timings[0]?.waitedMs).toBeGreaterThanOrEqual(5000);
  });

  it('that ends with another status stops the replay with chapter, step, command and screen', async () => {
    const driver = new ScriptedDriver([{ kind: 'ended', exit: 2 }]);
    const playing = playChapter(chapterOf([command('ls /nowhere')]), driver);
    await expect(playing).rejects.toThrow(
      /g\/c \(content\/guides\/g\/01-c\.mdx:7\), step "Set up", command "ls \/nowhere"/,
    );
    const again = playChapter(chapterOf([command('ls')]), new ScriptedDriver([{ kind: 'ended', exit: 2 }]));
    await expect(again).rejects.toThrow(/status 2; the text expects 0[\s\S]*│ sammy@server:~\$/);
  });

  it('may end as the text says, or as it likes when asked', async () => {
    await playChapter(
      chapterOf([command('false', { exit: 1 })]),
      new ScriptedDriver([{ kind: 'ended', exit: 1 }]),
    );
    const driver = new ScriptedDriver([{ kind: 'ended', exit: 1 }]);
    await playChapter(chapterOf([command('mkdir a')]), driver, { again: true });
  });

  it('gets its answer when it asks, and none when it does not', async () => {
    const asking = new ScriptedDriver([{ kind: 'question' }]);
    await playChapter(chapterOf([command('apt-get install x', { answer: 'y' })]), asking);
    expect(asking.log).toContain('1> "y\\r"');
    const silent = new ScriptedDriver([{ kind: 'ended', exit: 0 }]);
    await playChapter(chapterOf([command('apt-get install x', { answer: 'y' })]), silent);
    expect(silent.log).not.toContain('1> "y\\r"');
  });

  it('that runs out of time says so', async () => {
    const playing = playChapter(chapterOf([command('cat')]), new ScriptedDriver([{ kind: 'timeout' }]), {
      commandTimeoutMs: 4000,
    });
    await expect(playing).rejects.toThrow('did not end within 4 seconds');
  });

  it('that reboots is left out on request', async () => {
    const driver = new ScriptedDriver([{ kind: 'ended', exit: 0 }]);
    const chapter = chapterOf([command('sudo reboot', { reboots: true }), command('ls')]);
    const report = await playChapter(chapter, driver, { reboots: 'skip' });
    expect(driver.log).not.toContain('1$ sudo reboot');
    expect(report.timings).toMatchObject([{ command: 'ls' }]);
  });

  it('that reboots waits for the boot', async () => {
    const driver = new ScriptedDriver([]);
    const report = await playChapter(chapterOf([command('sudo reboot', { reboots: true })]), driver);
    expect(driver.log).toEqual(['1$ sudo reboot', 'reboot']);
    expect(report.timings[0]?.reboot).toBe(true);
  });
});

describe('what is printed', () => {
  const trouble = [
    { text: 'Call to Reboot failed: Access denied', red: ['Call to Reboot failed: Access denied'] },
  ];

  it('is compared with what the chapter shows, once it is all there', async () => {
    const missing: string[] = [];
    const options: PlayOptions = { printedMs: 0, onMismatch: (_place, { shown }) => missing.push(shown) };
    const driver = new ScriptedDriver([]);
    driver.printedLines = [{ text: 'Rule added', red: [] }];
    await playChapter(
      chapterOf([command('ufw', { output: 'Rule added\nRule added (v6)' })]),
      driver,
      options,
    );
    expect(missing).toEqual(['Rule added (v6)']);
    // What stays in the foreground may print more until it is ended.
    const following = new ScriptedDriver([{ kind: 'text' }]);
    following.printedLines = [{ text: 'ready', red: [] }];
    const serve = command('serve', { until: 'ready', output: 'ready\nbye' });
    const end = { kind: 'press', id: 's/2', line: 2, keys: 'Ctrl+C', terminal: 1 } as const;
    await playChapter(chapterOf([serve, end]), following, options);
    expect(missing).toEqual(['Rule added (v6)', 'bye']);
  });

  it('stops the replay where it is not what the chapter shows, with both', async () => {
    const driver = new ScriptedDriver([]);
    driver.printedLines = [{ text: 'Rule updated', red: [] }];
    const ufw = command('ufw', { output: 'Rule added' });
    await expect(playChapter(chapterOf([ufw]), driver, { printedMs: 0 })).rejects.toThrow(
      /g\/c \(content\/guides\/g\/01-c\.mdx:7\), step "Set up", command "ufw"[\s\S]*\n {2}Rule added\n[\s\S]*\n {2}Rule updated\n/,
    );
  });

  it('stops the replay also after another exit status, before a restart, and when keys have ended a command', async () => {
    const fails = new ScriptedDriver([{ kind: 'ended', exit: 1 }]);
    const ls = command('ls', { exit: 1, output: 'ls: no' });
    await expect(playChapter(chapterOf([ls]), fails, { printedMs: 0 })).rejects.toThrow('ls: no');

    const reboot = command('sudo reboot', { reboots: true, output: 'bye' });
    const restarts = playChapter(chapterOf([reboot]), new ScriptedDriver([]), { printedMs: 0 });
    await expect(restarts).rejects.toThrow('Nothing was printed');

    const serve = command('serve', { until: 'ready', output: 'bye' });
    const ctrlC: Action = { kind: 'press', id: 's/2', line: 8, keys: 'Ctrl+C', terminal: 1 };
    const ended = playChapter(chapterOf([serve, ctrlC]), new ScriptedDriver([{ kind: 'text' }]), {
      printedMs: 0,
    });
    await expect(ended).rejects.toThrow(/mdx:7\), step "Set up", command "serve"[\s\S]*bye/);
  });

  it('may come a moment after the end of its command', async () => {
    const driver = new ScriptedDriver([]);
    const prompt = { text: '(venv) sammy@server:~$', red: [] };
    let looks = 0;
    driver.printed = async () => (++looks < 3 ? [] : [prompt]);
    await playChapter(chapterOf([command('activate', { output: prompt.text })]), driver);
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  it('is not compared where the chapter says why, or a second time', async () => {
    const ufw = { output: 'Rule added', varies: 'it is random' };
    await playChapter(chapterOf([command('ufw', ufw)]), new ScriptedDriver([]), { printedMs: 0 });
    const again = chapterOf([command('ufw', { output: 'Rule added' })]);
    await playChapter(again, new ScriptedDriver([]), { printedMs: 0, again: true });
  });

  it('stops the replay when it looks like trouble, although the command succeeded', async () => {
    const driver = new ScriptedDriver([]);
    driver.printedLines = trouble;
    await expect(playChapter(chapterOf([command('ls')]), driver)).rejects.toThrow(
      /looks like trouble:\nin red: Call to Reboot failed[\s\S]*show it below the command/,
    );
  });

  it('is looked at before a restart too, and when keys end a command', async () => {
    const reboots = new ScriptedDriver([]);
    reboots.printedLines = trouble;
    const rebooting = playChapter(chapterOf([command('sudo reboot', { reboots: true })]), reboots);
    await expect(rebooting).rejects.toThrow('looks like trouble');

    const ended = new ScriptedDriver([{ kind: 'text' }, { kind: 'ended', exit: 130 }]);
    ended.press = async () => {
      ended.printedLines = trouble;
    };
    const serve = command('python app.py', { until: 'Running on' });
    const ctrlC: Action = { kind: 'press', id: 's/2', line: 8, keys: 'Ctrl+C', terminal: 1 };
    await expect(playChapter(chapterOf([serve, ctrlC]), ended)).rejects.toThrow('looks like trouble');
  });

  it('may be shown in the chapter, and is not looked at a second time', async () => {
    const shown = new ScriptedDriver([]);
    shown.printedLines = trouble;
    await playChapter(chapterOf([command('ls', { output: trouble[0]?.text ?? '' })]), shown);
    await playChapter(chapterOf([command('ls')]), shown, { again: true });
  });

  it('by the kernel or the page stops the replay at its end', async () => {
    const kernel = new ScriptedDriver([]);
    kernel.kernel = 'all is well\nINFO: rcu_sched self-detected stall on CPU\n';
    await expect(playChapter(chapterOf([command('ls')]), kernel)).rejects.toThrow(
      /kernel log tells of trouble:\nINFO: rcu_sched/,
    );
    const page = new ScriptedDriver([]);
    page.page = ['a note: Terminal 1 is busy'];
    await expect(playChapter(chapterOf([command('ls')]), page)).rejects.toThrow('a note: Terminal 1 is busy');
  });
});

describe('a foreground command', () => {
  const serve = command('python app.py', { until: 'Running on' });
  const ctrlC: Action = { kind: 'press', id: 's/2', line: 8, keys: 'Ctrl+C', terminal: 1 };

  it('runs until its keys end it', async () => {
    const driver = new ScriptedDriver([{ kind: 'text' }, { kind: 'ended', exit: 130 }]);
    await playChapter(chapterOf([serve, ctrlC, command('ls')]), driver);
    expect(driver.log).toEqual([
      '1$ python app.py',
      'wait {"end":true,"text":"Running on"}',
      '1> <Ctrl+C>',
      'wait {"end":true}',
      '1$ ls',
      'wait {"end":true}',
    ]);
  });

  it('that ends by itself is a mistake', async () => {
    const playing = playChapter(chapterOf([serve]), new ScriptedDriver([{ kind: 'ended', exit: 1 }]));
    await expect(playing).rejects.toThrow('ended with status 1 before it printed "Running on"');
  });

  it('keeps its terminal busy, and must not outlive the chapter', async () => {
    const busy = playChapter(chapterOf([serve, command('ls')]), new ScriptedDriver([{ kind: 'text' }]));
    await expect(busy).rejects.toThrow('Terminal 1 is still busy with "python app.py"');
    const left = playChapter(chapterOf([serve]), new ScriptedDriver([{ kind: 'text' }]));
    await expect(left).rejects.toThrow('The chapter ends while this command still runs');
  });
});

describe('a file', () => {
  const nano = command('nano ~/a.ini', { edits: '/home/sammy/a.ini' });

  it('is put in place, and nano only opened and closed', async () => {
    const driver = new ScriptedDriver([{ kind: 'text' }]);
    await playChapter(chapterOf([nano, file('a\n'), file('a\nb\n')]), driver);
    expect(driver.log).toContain('1> <Ctrl+X>');
    expect(driver.files.get('/home/sammy/a.ini')).toBe('a\nb\n');
  });

  it('is typed in nano as its last listing has it', async () => {
    const driver = new ScriptedDriver([{ kind: 'text' }, { kind: 'text' }, { kind: 'text' }]);
    driver.type = async (_terminal, text) =>
      void driver.files.set('/home/sammy/a.ini', `${text.replaceAll('\r', '\n')}\n`);
    await playChapter(chapterOf([nano, file('a\n'), file('a\nb\n')]), driver, { typesInNano: () => true });
    expect(driver.files.get('/home/sammy/a.ini')).toBe('a\nb\n');
  });

  it('that nano did not save as typed stops the replay', async () => {
    const driver = new ScriptedDriver([{ kind: 'text' }, { kind: 'text' }, { kind: 'text' }]);
    const playing = playChapter(chapterOf([nano, file('a\n')]), driver, { typesInNano: () => true });
    await expect(playing).rejects.toThrow('/home/sammy/a.ini was written, but is not there');
  });

  it('that is only a part is never typed in nano', async () => {
    const driver = new ScriptedDriver([{ kind: 'text' }]);
    const part = file('x\n', { place: { where: 'after', anchor: 'two' } });
    await playChapter(chapterOf([nano, part]), driver, { typesInNano: () => true });
    expect(driver.files.get('/home/sammy/a.ini')).toBe('x\n');
  });
});

describe('a visit', () => {
  const visit = (more: object = {}): Action => ({
    kind: 'visit',
    id: 's/1',
    line: 3,
    url: 'http://flask.example/',
    outcome: 200,
    ...more,
  });

  it('must bring the outcome and the text that the chapter says', async () => {
    await playChapter(chapterOf([visit({ expect: 'Hello There!' })]), new ScriptedDriver([]));
    const other = playChapter(chapterOf([visit({ expect: 'Goodbye' })]), new ScriptedDriver([]));
    await expect(other).rejects.toThrow('The page does not show "Goodbye"');
    const blocked = playChapter(chapterOf([visit({ outcome: 'timeout' })]), new ScriptedDriver([]));
    await expect(blocked).rejects.toThrow('answered 200; the text expects timeout');
    await playChapter(chapterOf([visit({ outcome: 'timeout' })]), new ScriptedDriver([]), { again: true });
    const lost = playChapter(chapterOf([visit({ expect: 'Goodbye' })]), new ScriptedDriver([]), {
      again: true,
    });
    await expect(lost).rejects.toThrow();
  });

  it('may come before the application listens, but not for long', async () => {
    const early = new ScriptedDriver([]);
    early.visitResults = [
      { outcome: 504, text: '' },
      { outcome: 'refused', text: '' },
      { outcome: 502, text: 'Bad Gateway' },
    ];
    const { timings } = await playChapter(chapterOf([visit()]), early, { settleMs: 5000 });
    expect(timings).toMatchObject([{ action: 's/1', command: 'http://flask.example/', visit: true }]);
    expect((await playChapter(chapterOf([visit()]), new ScriptedDriver([]))).timings).toEqual([]);
    expect(early.visitResults).toEqual([]);

    const broken = new ScriptedDriver([]);
    broken.visitResults = [{ outcome: 502, text: 'Bad Gateway' }];
    const tooLong = playChapter(chapterOf([visit()]), broken, { settleMs: 0 });
    await expect(tooLong).rejects.toThrow('answered 502; the text expects 200');

    const wrong = new ScriptedDriver([]);
    wrong.visitResults = [{ outcome: 500, text: 'Internal Server Error' }];
    const failing = playChapter(chapterOf([visit()]), wrong, { settleMs: 5000 });
    await expect(failing).rejects.toThrow('answered 500; the text expects 200');
  });
});

describe('checks', () => {
  it('may take a moment to pass', async () => {
    const driver = new ScriptedDriver([]);
    driver.checkResults = [failed];
    const report = await playChapter(chapterOf([], [placedCheck]), driver, { settleMs: 5000 });
    expect(report.checksPassed).toBe(1);
  });

  it('that do not pass after their step stop the replay with their advice', async () => {
    const driver = new ScriptedDriver([]);
    driver.checkResults = [failed];
    const playing = playChapter(chapterOf([], [placedCheck]), driver, { settleMs: 0 });
    await expect(playing).rejects.toThrow(
      /01-c\.mdx:20[\s\S]*"Nginx is installed" does not pass[\s\S]*Install it\./,
    );
  });

  it('that pass at the start are reported', async () => {
    const playing = playChapter(chapterOf([], [placedCheck]), new ScriptedDriver([]), {
      checksFailAtStart: true,
    });
    await expect(playing).rejects.toThrow('line 20: "Nginx is installed" passes');
  });
});

describe('chooseWays', () => {
  const actions = [
    command('a1', { alternative: true }),
    command('a2', { alternative: true }),
    command('b'),
    command('c'),
  ];
  const names = (chosen: Action[]): string[] =>
    chosen.map((action) => (action.kind === 'command' ? action.command : ''));

  it('leaves alternatives out', () => {
    expect(names(chooseWays(actions, 'skip'))).toEqual(['b', 'c']);
  });
  it('takes the first in place of the last', () => {
    expect(names(chooseWays(actions, 'take'))).toEqual(['a1', 'c']);
  });
});
