import { describe, expect, it } from 'vitest';
import { ChapterError } from './error.ts';
import type { Action, Chapter, GuideHeader } from './model.ts';
import { parseChapter } from './parse.ts';

const guide: GuideHeader = {
  slug: 'demo',
  title: 'Demo',
  summary: 'A guide for tests.',
  image: 'demo',
  login: 'sammy',
  home: '/home/sammy',
  placeholders: { server_domain_or_IP: { value: 'flask.example', reason: 'the name of the server' } },
  deviations: [],
  chain: [],
  prerequisites: [],
  outcomes: [],
  next: [],
  source: { title: 'S', author: 'A', url: 'https://example.org/', licence: 'CC0', date: '2020-01-01' },
};

const FILE = 'content/guides/demo/03-try.mdx';
const FRONT_MATTER = '---\ntitle: Try\nsummary: Try it.\nminutes: 5\n---\n';
const SUMMARY = '\n\n<Summary>\n- Done.\n</Summary>\n';

/** A chapter with this text under `## Do it`, which is line 7; the text begins on line 9. */
function chapterWith(text: string): string {
  return `${FRONT_MATTER}\n## Do it\n\n${text}${SUMMARY}`;
}

function parse(source: string): Chapter {
  return parseChapter(source, FILE, guide);
}

function actionsOf(text: string): readonly Action[] {
  return parse(chapterWith(text)).steps.flatMap((step) => step.actions);
}

/** The messages of all mistakes, without the name of the file: `9: until: …`. */
function mistakesOf(source: string): string[] {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof ChapterError)
      return error.message.split('\n').map((line) => line.replace(`${FILE}:`, ''));
    throw error;
  }
  return [];
}

function fence(meta: string, ...lines: string[]): string {
  return ['```' + meta, ...lines, '```', ''].join('\n');
}

describe('a chapter', () => {
  it('has its front matter, its number and slug from the file name, and its guide', () => {
    expect(parse(chapterWith('Text.'))).toEqual({
      guide: 'demo',
      number: 3,
      slug: 'try',
      title: 'Try',
      summary: 'Try it.',
      minutes: 5,
      file: FILE,
      hints: [],
      steps: [],
    });
  });

  it('has a step for each level-2 section with something to do', () => {
    const chapter = parse(
      `${FRONT_MATTER}\n## Why\n\nText.\n\n## Nginx's *own* block\n\n### A part\n\n${fence('console', '$ ls')}\n` +
        `<Check kind="port" port={80} title="Open" />${SUMMARY}`,
    );
    expect(chapter.steps.map(({ id, title }) => [id, title])).toEqual([
      ['nginxs-own-block', "Nginx's own block"],
    ]);
    expect(chapter.steps[0]?.actions[0]?.id).toBe('nginxs-own-block/1');
    expect(chapter.steps[0]?.checks).toEqual([
      { id: 'nginxs-own-block/check-1', line: 19, title: 'Open', check: { kind: 'port', port: 80 } },
    ]);
  });
});

describe('a console fence', () => {
  it('gives each command with its line and what it prints', () => {
    expect(actionsOf(fence('console', '$ ls -a', '.', '..', '', '$ pwd', '/home/sammy'))).toEqual([
      {
        id: 'do-it/1',
        kind: 'command',
        line: 10,
        command: 'ls -a',
        output: '.\n..',
        terminal: 1,
        exit: 0,
        alternative: false,
        reboots: false,
      },
      {
        id: 'do-it/2',
        kind: 'command',
        line: 14,
        command: 'pwd',
        output: '/home/sammy',
        terminal: 1,
        exit: 0,
        alternative: false,
        reboots: false,
      },
    ]);
  });

  it('understands until, terminal, exit, answer and alternative', () => {
    const text =
      fence("console until='Running on' terminal=2 alternative", '$ python app.py') +
      '\n<Press keys="Ctrl+C" terminal={2} />';
    expect(actionsOf(text)).toMatchObject([
      { until: 'Running on', terminal: 2, alternative: true },
      { kind: 'press', keys: 'Ctrl+C', terminal: 2 },
    ]);
    expect(actionsOf(fence('console exit=1 answer="y"', '$ sudo apt-get remove nano'))).toMatchObject([
      { exit: 1, answer: 'y' },
    ]);
  });

  it('may say why its output is not compared', () => {
    const text = fence('console varies="the order is random"', '$ shuf -n 2 words', 'one', 'two');
    expect(actionsOf(text)).toMatchObject([{ output: 'one\ntwo', varies: 'the order is random' }]);
  });

  it('shows its output also in text fences behind it, unless it opens an editor', () => {
    const serve = fence('console', '$ serve', 'ready') + '\nIt writes:\n\n' + fence('text', 'GET /');
    expect(actionsOf(serve)).toMatchObject([{ output: 'ready\nGET /' }]);
    const ended =
      fence('console until="ready"', '$ serve', 'ready') +
      fence('console terminal=2', '$ ls', 'a') +
      '\n<Press keys="Ctrl+C" />\n\n' +
      fence('text', 'bye');
    expect(actionsOf(ended)).toMatchObject([{ output: 'ready\nbye' }, { output: 'a' }, {}]);
    const edited = fence('console', '$ nano ~/a') + fence('text', 'a part') + fence('text title="~/a"', 'x');
    expect(actionsOf(edited)).toMatchObject([{ output: '' }, {}]);
  });

  it('knows a reboot', () => {
    expect(actionsOf(fence('console', '$ sudo reboot'))).toMatchObject([{ reboots: true }]);
  });

  it('in a Hint or a Note is no action', () => {
    expect(actionsOf(`<Hint title="Lost?">\n${fence('console', '$ pwd')}</Hint>`)).toEqual([]);
  });
});

describe('a file fence', () => {
  const nano = (path: string) => fence('console', `$ ${path}`);

  it('is what nano is opened for; the home is filled in', () => {
    const actions = actionsOf(nano('nano ~/a.py') + fence('python title="~/a.py"', 'x = 1'));
    expect(actions).toMatchObject([
      { kind: 'command', edits: '/home/sammy/a.py' },
      {
        kind: 'file',
        shownPath: '~/a.py',
        path: '/home/sammy/a.py',
        language: 'python',
        content: 'x = 1\n',
        addedLines: [],
        asRoot: false,
      },
    ]);
  });

  it("is root's when its editor was opened with sudo, or when it lies outside the home", () => {
    expect(actionsOf(nano('sudo nano ~/a') + fence('text title="~/a"', 'x'))).toMatchObject([
      {},
      { asRoot: true },
    ]);
    expect(actionsOf(fence('text title="/etc/a"', 'x'))).toMatchObject([{ asRoot: true }]);
    expect(actionsOf(nano('nano /tmp/a') + fence('text title="/tmp/a"', 'x'))).toMatchObject([
      {},
      { asRoot: false },
    ]);
  });

  it('marks the lines that it adds to the listing before', () => {
    const actions = actionsOf(
      nano('nano ~/a.ini') +
        fence('ini title="~/a.ini"', '[a]', 'x = 1') +
        fence('ini title="~/a.ini"', '[a]', 'x = 1', '', 'y = 2', 'z = 3'),
    );
    expect(actions[2]).toMatchObject({ addedLines: [4, 5] });
  });

  it('may be a part with its place', () => {
    const actions = actionsOf(fence('ini title="~/a.ini" after="x ="', 'y = 2'));
    expect(actions).toMatchObject([{ place: { where: 'after', anchor: 'x =' }, addedLines: [] }]);
  });
});

describe('an element', () => {
  it('Visit has an address, a text and an outcome', () => {
    expect(actionsOf('<Visit url="http://flask.example:5000/" expect="Hello" />')).toEqual([
      {
        id: 'do-it/1',
        kind: 'visit',
        line: 9,
        url: 'http://flask.example:5000/',
        expect: 'Hello',
        outcome: 200,
      },
    ]);
    expect(
      actionsOf(
        '<Visit url="http://flask.example/" outcome="timeout" />\n\n<Visit url="http://flask.example/x" outcome="404" />',
      ),
    ).toMatchObject([{ outcome: 'timeout' }, { outcome: 404 }]);
  });

  it('may stand in the middle of a sentence', () => {
    const text = fence('console until="ready"', '$ serve') + '\nNow press <Press keys="Ctrl+C" /> to stop.';
    expect(actionsOf(text)).toMatchObject([{ kind: 'command' }, { kind: 'press' }]);
  });

  it('Check takes bare attributes, numbers, lists and maps, and ~ in its paths', () => {
    const check = (attributes: string) =>
      parse(chapterWith(`<Check title="T" ${attributes} />`)).steps[0]?.checks[0]?.check;
    expect(check('kind="service" unit="nginx" active enabled={false}')).toEqual({
      kind: 'service',
      unit: 'nginx',
      active: true,
      enabled: false,
    });
    expect(check('kind="file" path="~/a" contains={["a", "b"]}')).toEqual({
      kind: 'file',
      path: '/home/sammy/a',
      contains: ['a', 'b'],
    });
    expect(check('kind="service" unit="x" properties={{"User": "sammy"}}')).toMatchObject({
      properties: { User: 'sammy' },
    });
  });
});

describe('a mistake', () => {
  const cases: readonly (readonly [what: string, source: string, ...mistakes: (string | RegExp)[]])[] = [
    ['a heading without letters', chapterWith('## …'), '9: ##: "…" has no letter or digit to make an id of'],
    [
      'a check with something in it',
      chapterWith('<Check kind="port" port={80} title="T">x</Check>'),
      '9: <Check>: takes no content; close it with />',
    ],
    [
      'no front matter',
      `## Do it${SUMMARY}`,
      /^1: title: missing/,
      /^1: summary: missing/,
      /^1: minutes: missing/,
    ],
    ['a missing title', chapterWith('').replace('title: Try\n', ''), /^1: title: missing|^2: title: missing/],
    [
      'an unknown key in the front matter',
      chapterWith('').replace('minutes', 'duration: 3\nminutes'),
      '4: duration: unknown key; known are title, summary, minutes',
    ],
    [
      'minutes that are no number',
      chapterWith('').replace('minutes: 5', 'minutes: long'),
      '4: minutes: a number of minutes',
    ],
    ['front matter that is no YAML', chapterWith('').replace('title: Try', 'title: "Try'), /^\d: yaml: /],
    [
      'a title in the text',
      chapterWith('# Title'),
      '9: #: the title is in the front matter; sections begin with ##',
    ],
    [
      'two sections with the same id',
      chapterWith('## Do it!'),
      '9: ##: two sections have the id "do-it"; give this one another heading',
    ],
    [
      'an action before the first section',
      `${FRONT_MATTER}\n${fence('console', '$ ls')}${SUMMARY}`,
      '8: command: stands before the first ## heading, so it belongs to no step',
    ],
    [
      'a check before the first section',
      `${FRONT_MATTER}\n<Check kind="port" port={1} title="T" />${SUMMARY}`,
      '7: <Check>: stands before the first ## heading, so it belongs to no step',
    ],
    ['no summary', `${FRONT_MATTER}\n## Do it\n\nText.`, /^9: <Summary>: missing/],
    [
      'text after the summary',
      chapterWith('Text.') + '\nMore.',
      '11: <Summary>: stands once, at the end of the chapter',
    ],
    [
      'a summary that is no list',
      chapterWith('').replace('- Done.', 'Done.'),
      /^\d+: <Summary>: holds a list/,
    ],
    ['no MDX', chapterWith('<Check'), /^\d+: MDX: /],
    ['an import', chapterWith("import x from 'y'"), '9: import: chapters hold no code: no import or export'],
    ['an expression', chapterWith('It is {1 + 1}.'), /^9: \{: chapters hold no expressions/],
    [
      'an unknown element',
      chapterWith('<Quiz />'),
      /^9: <Quiz>: unknown element; known are <Press>, <Visit>/,
    ],

    [
      'a console fence without a command',
      chapterWith(fence('console', 'ls')),
      '10: console: output before the first command; a command begins with "$ "',
      /^9: console: no command in it/,
    ],
    ['an empty command', chapterWith(fence('console', '$')), '10: console: an empty command after "$ "'],
    [
      'a command over two lines',
      chapterWith(fence('console', '$ ls \\', '  -a')),
      '10: console: the command goes on over the next line; write it on one',
    ],
    [
      'a here-document',
      chapterWith(fence('console', "$ cat > a <<'EOF'", 'x', 'EOF')),
      /^10: console: a here-document/,
    ],
    [
      'an unknown key of a console fence',
      chapterWith(fence('console title="x"', '$ ls')),
      '9: title: unknown key of a console fence; known are until, terminal, exit, answer, varies, alternative',
    ],
    [
      'a key of a plain fence',
      chapterWith(fence('text until="x"', 'x')),
      '9: until: unknown key of a fence without title="…"; it takes none',
    ],
    [
      'a key without its value',
      chapterWith(fence('console until', '$ ls')),
      /^9: until: needs a value: until="…"/,
    ],
    [
      'a value too many',
      chapterWith(fence('console alternative="yes"', '$ ls')),
      '9: alternative: takes no value',
    ],
    ['a key given twice', chapterWith(fence('console exit=1 exit=2', '$ ls')), '9: exit: given twice'],
    [
      'what is no key',
      chapterWith(fence('console {1}', '$ ls')),
      '9: fence: "{1}" is no key; write key="value" or a bare key',
    ],
    [
      'a terminal that there is not',
      chapterWith(fence('console terminal=4', '$ ls')),
      '9: terminal: "4" is not a whole number from 1 to 3',
    ],
    [
      'an exit that is no status',
      chapterWith(fence('console exit=no', '$ ls')),
      '9: exit: "no" is not a whole number from 0 to 255',
    ],
    [
      'an answer to two commands',
      chapterWith(fence('console answer="y"', '$ a', '$ b')),
      '9: answer: is about one command; put that command in a fence of its own',
    ],
    [
      'output that varies without a reason',
      chapterWith(fence('console varies', '$ a', 'b')),
      '9: varies: needs a value: varies="…"',
    ],
    [
      'output that varies for a reason of blanks',
      chapterWith(fence('console varies=" "', '$ a', 'b')),
      '9: varies: needs a value: varies="…"',
    ],
    [
      'output that varies where none is shown',
      chapterWith(fence('console varies="it is random"', '$ a', '')),
      '9: varies: no output is shown below the command; leave the key out',
    ],
    [
      'output that varies of two commands',
      chapterWith(fence('console varies="it is random"', '$ a', 'b', '$ c', 'd')),
      '9: varies: is about one command; put that command in a fence of its own',
    ],

    [
      'a server without until',
      chapterWith(fence('console', '$ uwsgi --ini a.ini')),
      /^10: until: "uwsgi --ini a\.ini" stays in the foreground/,
    ],
    [
      'a script that serves, without until',
      chapterWith(fence('python title="~/a.py"', 'app.run()') + fence('console', '$ python a.py')),
      /^13: until: "python a\.py" stays in the foreground/,
    ],
    [
      'a server that nothing ends',
      chapterWith(fence('console until="ready"', '$ serve')),
      /^10: until: "serve" keeps terminal 1, and nothing ends it/,
    ],
    [
      'a command while a server has the terminal',
      chapterWith(fence('console until="ready"', '$ serve') + fence('console', '$ ls')),
      /^10: until: "serve" keeps terminal 1/,
    ],
    [
      'keys that nothing waits for',
      chapterWith('<Press keys="Ctrl+C" />'),
      /^9: Press: no command in the foreground before it/,
    ],
    [
      'keys in another terminal',
      chapterWith(fence('console until="ready"', '$ serve') + '\n<Press keys="q" terminal={2} />'),
      /^10: until: "serve" keeps/,
      /^13: Press: no command/,
    ],
    [
      'keys that there are not',
      chapterWith('<Press keys="Strg+C" />'),
      /^9: <Press> keys: keys with blanks between them/,
    ],
    ['nano without a file', chapterWith(fence('console', '$ nano')), /^10: nano: say which file/],
    [
      'nano with a relative path',
      chapterWith(fence('console', '$ nano a.py')),
      /^10: nano: say which file, with a path that begins with ~\/ or \//,
    ],
    [
      'nano that no listing follows',
      chapterWith(fence('console', '$ nano ~/a.py', '$ ls')),
      /^10: nano: no listing of \/home\/sammy\/a\.py follows/,
    ],

    [
      'a listing with a relative path',
      chapterWith(fence('python title="a.py"', 'x')),
      /^9: title: "a\.py" must be a path/,
    ],
    [
      'an unknown key of a file fence',
      chapterWith(fence('python title="~/a.py" until="x"', 'x')),
      '9: until: unknown key of a file fence; known are title, before, after, replaces',
    ],
    ['an empty listing', chapterWith(fence('python title="~/a.py"', '')), '9: title: the listing is empty'],
    [
      'a part with two places',
      chapterWith(fence('ini title="~/a" after="x" before="y"', 'z')),
      '9: before, after: a part has one place: give only one of them',
    ],
    [
      'a part whose place is not in the file',
      chapterWith(fence('ini title="~/a"', 'x') + fence('ini title="~/a" after="nowhere"', 'z')),
      '12: after: ~/a has no line with "nowhere"',
    ],

    ['a visit without an address', chapterWith('<Visit />'), /^9: <Visit> url: missing/],
    [
      'a visit by https',
      chapterWith('<Visit url="https://flask.example/" />'),
      '9: <Visit> url: an address that begins with http://',
    ],
    [
      'an outcome that there is not',
      chapterWith('<Visit url="http://a/" outcome="slow" />'),
      '9: <Visit> outcome: timeout, refused or a status like 404',
    ],
    [
      'an unknown attribute',
      chapterWith('<Visit url="http://a/" wait="3" />'),
      '9: <Visit> wait: unknown key; known are url, expect, outcome',
    ],
    [
      'a visit in a hint',
      chapterWith('<Hint title="T">\n<Visit url="http://a/" />\n</Hint>'),
      '10: <Visit>: cannot stand in a Hint, a Note or the Summary: those are not replayed',
    ],
    [
      'a check in a note',
      chapterWith('<Note kind="tip">\n<Check kind="port" port={1} title="T" />\n</Note>'),
      '10: <Check>: cannot stand in a Hint, a Note or the Summary',
    ],
    ['a hint without a title', chapterWith('<Hint>\nText.\n</Hint>'), /^9: <Hint> title: missing/],
    [
      'a note of no known kind',
      chapterWith('<Note kind="joke">\nText.\n</Note>'),
      '9: <Note> kind: deviation, warning or tip',
    ],
    ['a note with nothing in it', chapterWith('<Note kind="tip"></Note>'), '9: <Note>: nothing in it'],

    [
      'a check of no known kind',
      chapterWith('<Check kind="wish" title="T" />'),
      /^9: <Check> kind: no check is of kind "wish"; kinds are package, repository, file, /,
    ],
    [
      'a check without a kind',
      chapterWith('<Check title="T" />'),
      /^9: <Check> kind: missing; kinds are package/,
    ],
    [
      'a check without a title',
      chapterWith('<Check kind="port" port={80} />'),
      '9: <Check> title: missing: what the reader sees beside the tick',
    ],
    [
      'an unknown attribute of a check',
      chapterWith('<Check kind="port" port={80} open title="T" />'),
      '9: <Check> open: unknown key; known are title, kind, port, listening, address',
    ],
    [
      'a missing attribute of a check',
      chapterWith('<Check kind="port" title="T" />'),
      /^9: <Check> port: missing/,
    ],
    [
      'an attribute of the wrong type',
      chapterWith('<Check kind="port" port="80" title="T" />'),
      /^9: <Check> port: Invalid input: expected number/,
    ],
    [
      'an attribute that is no JSON',
      chapterWith('<Check kind="port" port={1 + 1} title="T" />'),
      /^9: <Check> port: \{1 \+ 1\} is not JSON/,
      /^9: <Check> port: missing/,
    ],
    [
      'a spread attribute',
      chapterWith('<Visit url="http://a/" {...more} />'),
      /^9: <Visit>: attributes cannot be spread/,
    ],
    [
      'a placeholder left open in a command',
      chapterWith(fence('console', '$ curl server_domain_or_IP')),
      '10: command: the placeholder server_domain_or_IP is left open; write its value, flask.example',
    ],
    [
      'a placeholder left open in a file',
      chapterWith(fence('nginx title="/etc/a"', 'server_name server_domain_or_IP;')),
      /^9: file: the placeholder/,
    ],
    [
      'a placeholder left open in a visit',
      chapterWith('<Visit url="http://server_domain_or_IP" />'),
      /^9: visit: the placeholder/,
    ],
    [
      'a placeholder left open in a check',
      chapterWith('<Check kind="http" url="http://server_domain_or_IP" title="T" />'),
      /^9: <Check>: the placeholder/,
    ],
  ];

  for (const [what, source, ...expected] of cases) {
    it(`is ${what}`, () => {
      const mistakes = mistakesOf(source);
      expect(mistakes).toHaveLength(expected.length);
      for (const each of expected) {
        expect(mistakes).toContainEqual(typeof each === 'string' ? each : expect.stringMatching(each));
      }
    });
  }

  it('is a file name without a number', () => {
    expect(() => parseChapter(chapterWith(''), 'content/guides/demo/try.mdx', guide)).toThrow(
      'content/guides/demo/try.mdx:1: file name: must be two digits',
    );
  });

  it('does not hide the next one', () => {
    expect(mistakesOf(chapterWith(`<Visit />\n\n<Quiz />\n\n${fence('console', 'ls')}`))).toHaveLength(4);
  });
});
