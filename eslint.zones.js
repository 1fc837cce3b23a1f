/** Which rooms may import which. Each zone names what its files may not import; the rest is open to them. */
// @ts-check

const TESTS = ['**/*.test.ts', '**/*.spec.ts'];

/**
 * An import that is forbidden: of a file or folder with this name, however many folders up it lies.
 * @param {string} names a regular expression of names
 * @param {string} message
 * @param {boolean} [typesToo] false where types may be imported
 */
function not(names, message, typesToo = true) {
  return { regex: String.raw`^(?:\.\.?/)+(?:${names})`, message, allowTypeImports: !typesToo };
}

/**
 * @param {string[]} files
 * @param {ReturnType<typeof not>[]} patterns
 * @param {string[]} [ignores]
 * @returns {import('eslint').Linter.Config}
 */
function zone(files, patterns, ignores = []) {
  return { files, ignores, rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] } };
}

const OUTSIDE = not(
  '(?:scripts|e2e|sandbox-images)/',
  'The site stands by itself: it imports nothing outside of site/.',
);
const CHECKS_INSIDE = not(
  String.raw`(?:site/)?checks/(?!(?:model|run|context|links|link-states|causes)\.ts$)`,
  'Of the checks, others use model.ts, run.ts, context.ts, links.ts, link-states.ts and causes.ts.',
);

/** What no room of site/checks imports. */
const OF_CHECKS = [
  OUTSIDE,
  not(
    '(?:chapter|machines|workspace|pane|progress|saves|teach|integrations|components|fuzz)/',
    'Checks know the sandbox, and neither a chapter nor a page.',
  ),
  not('sandbox/', 'Checks import only types of the sandbox.', false),
];
const NO_TESTING = not('testing/', 'The made-up guests are for tests.');
const NO_ROOT = {
  ...not('', 'model.ts and run.ts stand above all rooms of the checks.'),
  regex: String.raw`^(?:\.\./)+(?:model|run|context)\.ts$`,
};
const NO_KINDS = not('kinds/', 'Kinds of checks stand above guest, words and diagnosis.');
const NO_VERDICT = not(String.raw`verdict\.ts$`, 'A verdict is the business of kinds.');
const NO_DIAGNOSIS = not('diagnosis/', 'Diagnosis stands above guest and words.');
const NO_WORDS = not('words/', 'Questions to the guest have no opinion, and no words.');
const BELOW_KINDS = [...OF_CHECKS, NO_TESTING, NO_ROOT, NO_KINDS, NO_VERDICT];

/** A program of the diagnosis, and those that it may not import. */
const program = (/** @type {string} */ name, /** @type {string} */ others) =>
  zone(
    [`site/checks/diagnosis/${name}/*.ts`],
    [
      ...BELOW_KINDS,
      not(
        String.raw`(?:${others.replaceAll(',', '|')})/|(?:server|chain|direct)\.ts$`,
        'Programs import those below them: files, firewall, nginx and upstart, then uwsgi, then python and systemd.',
      ),
    ],
    TESTS,
  );

const CHECKS = [
  zone(
    ['site/checks/*.ts'],
    [...OF_CHECKS, NO_TESTING],
    [...TESTS, 'site/checks/verdict.ts', 'site/checks/text.ts'],
  ),
  zone(['site/checks/text.ts'], [not('.', 'Helpers with text import nothing.')]),
  zone(['site/checks/verdict.ts'], [...OF_CHECKS, NO_TESTING, NO_ROOT, NO_KINDS, NO_DIAGNOSIS]),
  zone(['site/checks/guest/**'], [...BELOW_KINDS, NO_DIAGNOSIS, NO_WORDS], TESTS),
  zone(
    ['site/checks/words/**'],
    [
      ...BELOW_KINDS,
      NO_DIAGNOSIS,
      not('guest/', 'Words import only types of the guest: what they say is in their facts.', false),
    ],
    TESTS,
  ),
  zone(['site/checks/diagnosis/*.ts'], BELOW_KINDS, TESTS),
  program('files', 'firewall,nginx,upstart,uwsgi,python,systemd'),
  program('firewall', 'files,nginx,upstart,uwsgi,python,systemd'),
  program('nginx', 'files,firewall,upstart,uwsgi,python,systemd'),
  program('upstart', 'files,firewall,nginx,uwsgi,python,systemd'),
  program('uwsgi', 'python,systemd'),
  program('python', 'systemd'),
  program('systemd', 'python'),
  zone(
    ['site/checks/kinds/*.ts'],
    [
      ...OF_CHECKS,
      NO_TESTING,
      NO_ROOT,
      {
        ...not('', 'Kinds do not import each other.'),
        regex: String.raw`^\./(?!(?:define-check|fields)\.ts$)`,
      },
    ],
    [...TESTS, 'site/checks/kinds/registry.ts'],
  ),
  zone(['site/checks/kinds/registry.ts'], [...OF_CHECKS, NO_TESTING, NO_ROOT]),
  zone(['site/checks/testing/*.ts', ...TESTS.map((tests) => `site/checks/${tests}`)], OF_CHECKS),
];

const SITE = [
  zone(
    ['site/sandbox/**'],
    [
      OUTSIDE,
      not(
        String.raw`(?!\.)(?:chapter|checks|machines|pane|progress|teach|workspace|integrations|components|fuzz)/`,
        'The sandbox knows the saves, and nothing else outside of itself.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/chapter/**'],
    [
      OUTSIDE,
      not(String.raw`checks/(?!(?:model|links)\.ts$)`, 'Of the checks, chapters use model.ts and links.ts.'),
      not(
        '(?:sandbox|machines|pane|progress|saves|teach|workspace|integrations|components|fuzz)/',
        'A chapter knows the model of the checks, and no other room.',
      ),
    ],
  ),
  zone(
    ['site/pane/**'],
    [
      OUTSIDE,
      not(
        '(?:chapter|checks|machines|progress|saves|teach|workspace|integrations|components|fuzz)/',
        'The pane knows only the sandbox.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/progress/**'],
    [
      OUTSIDE,
      not(
        '(?:chapter|checks|machines|pane|sandbox|saves|teach|workspace|integrations|components|fuzz)/',
        'Progress knows no other room.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/evidence/**'],
    [
      OUTSIDE,
      not(
        '(?:chapter|checks|machines|pane|progress|sandbox|saves|teach|workspace|integrations|components|fuzz)/',
        'Evidence is events, hashes and names, and knows no other room.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/saves/**'],
    [
      OUTSIDE,
      not(
        String.raw`(?:(?:chapter|checks|machines|pane|progress|teach|workspace|integrations|components|fuzz)/|sandbox/(?!bytes\.ts$))`,
        'Saves know bytes, numbers and names.',
      ),
      not('testing/', 'Disks that fail are for tests.'),
    ],
    [...TESTS, 'site/saves/testing/**'],
  ),
  zone(
    ['site/teach/**'],
    [
      OUTSIDE,
      not(
        String.raw`(?:(?:checks|machines|pane|saves|integrations|components|fuzz)/|sandbox/(?!bytes\.ts$)|workspace/(?!(?:clipboard|dialogs)\.ts$))`,
        'Assignments know chapters, progress, what was recorded, and of the workspace the clipboard and its dialogs.',
      ),
      not('chapter/', 'Assignments import only types of a chapter.', false),
      not('testing/', 'The made-up assignments are for tests.'),
    ],
    [...TESTS, 'site/teach/testing/**'],
  ),
  zone(
    ['site/integrations/**'],
    [
      OUTSIDE,
      not(
        '(?:checks|machines|pane|progress|saves|teach|workspace|components|fuzz)/',
        'Integrations know chapters and the sandbox.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/workspace/**'],
    [
      OUTSIDE,
      CHECKS_INSIDE,
      not(
        '(?:machines|teach|integrations|components|fuzz)/',
        'The workspace is below the page’s components, and knows of no assignment.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/machines/**'],
    [
      OUTSIDE,
      not(
        String.raw`(?:(?:chapter|checks|pane|progress|teach|integrations|components|fuzz)/|sandbox/(?!(?:saved|saves-room)\.ts$)|workspace/(?!(?:dialogs|machine-lock|time-in-words)\.ts$))`,
        'This page knows the saves, what is said of a saved machine, and of the workspace its lock and its words.',
      ),
    ],
    TESTS,
  ),
  zone(
    ['site/{components,layouts,pages}/**'],
    [OUTSIDE, CHECKS_INSIDE, not('fuzz/', 'Hostile guests are for tests.')],
  ),
  zone(
    ['site/fuzz/**'],
    [
      OUTSIDE,
      not(
        '(?:chapter|checks|machines|pane|progress|saves|teach|integrations|components)/',
        'These tests are about the sandbox and the workspace.',
      ),
    ],
  ),
];

/** The exceptions: the measurements drive the site's pages with the objects of e2e/, and the mutations are made by it. */
const ABOVE = ['scripts/bench.ts', 'scripts/bench/**', 'scripts/mutations.ts'];

/** All zones. */
export const ZONES = [
  ...SITE,
  ...CHECKS,
  zone(['scripts/**'], [not('e2e/', 'Scripts are below the tests in browsers.'), CHECKS_INSIDE], ABOVE),
  zone([...ABOVE, 'e2e/**'], [CHECKS_INSIDE]),
];
