/**
 * The project's commands: what `--help` prints. Kept apart from the scripts that do the work, because help must
 * be there before anything is installed.
 *
 * @typedef {object} Command
 * @property {string} usage How to call it.
 * @property {string} summary One line.
 * @property {string} details What it does, and its options.
 */

/** @type {Readonly<Record<string, Command>>} */
export const COMMANDS = {
  start: {
    usage: 'npm start [-- --port N] [--host NAME]',
    summary: 'Prepare everything, then serve the built site.',
    details: `Installs the npm packages and, on Debian, the system packages that are missing; builds the sandbox images
unless the cache has them; builds the site unless a build of the same sources exists; serves it. The environment
variable TYPEALONG_BASE names the path that the site is built for and served at, such as /learn/ (default /).

  --port N      Port to serve on (default 4321).
  --host NAME   Address to serve on (default localhost; 0.0.0.0 lets other computers in).`,
  },
  test: {
    usage: 'npm test [-- --everything]',
    summary: 'Prepare everything, then run the tests.',
    details: `Types, lint, format, unused code, unit tests and the site's build; in a real browser half of the
chapters, the journeys, accessibility, and what people do beside the path; on a machine in Node what the page asks of
it, the images, a fifth of the wrong turns and a few mutations; the same in every run. The last line is "N passed, N failed".

  --everything   Also all other chapters, wrong turns and mutations (hours), every chapter twice on a machine in Node, and boots that lack something.`,
  },
  dev: {
    usage: 'npm run dev [-- --port N]',
    summary: 'Serve the site while you write: text and code reload, the machine is live.',
    details: `  --port N   Port to serve on (default 4321).`,
  },
  new: {
    usage: 'npm run new -- GUIDE/CHAPTER',
    summary: 'Begin a chapter: its file, with the next number, and guide.yaml when the guide is new.',
    details: `  GUIDE     Name of a folder in content/guides; made when there is none.
  CHAPTER   Name of the chapter, in lower-case words with hyphens. Nothing is overwritten.`,
  },
  images: {
    usage: 'npm run images',
    summary: 'Build the sandbox images and their snapshots into the cache.',
    details: `Does nothing when the cache has a build of the same recipe. The cache is the folder TYPEALONG_CACHE, or
typealong in the XDG cache folder.`,
  },
  check: {
    usage: 'npm run check [-- STAGE…]',
    summary: 'Look at the sources without running them: types, lint, format, unused code.',
    details: `  STAGE   types, lint, format or unused; all of them when none is named.`,
  },
  unit: {
    usage: 'npm run test:unit [-- ARGUMENTS…]',
    summary: 'Run the unit tests; they need no image.',
    details: `  ARGUMENTS   Go to vitest as they are, for instance a path or -t NAME.`,
  },
  e2e: {
    usage: 'npm run e2e [-- ARGUMENTS…]',
    summary: 'Run the tests in a real browser: every chapter, the journeys, accessibility, what people do.',
    details: `  ARGUMENTS   Go to Playwright as they are, for instance a path or -g NAME.`,
  },
  replay: {
    usage: 'npm run replay -- GUIDE[/CHAPTER] [--nano] [--alternatives] [--twice]',
    summary: 'Play a guide or a chapter in Node, without a browser, and print the time of each command.',
    details: `A chapter starts from its own snapshot, so that it can be tried alone. Every command whose output is not what
the chapter shows is named at the end, and fails the run.

  GUIDE            Name of a folder in content/guides.
  CHAPTER          Its file's name without the number and .mdx.
  --nano           Type every file in nano, key by key.
  --alternatives   Where there are several ways, take the first and not the last.
  --twice          Play the solution a second time; its checks must still pass.`,
  },
  mutations: {
    usage:
      'npm run mutations -- GUIDE [--only PATTERN] [--seed N] [--count N] [--list] [--sandbox DIR] [--json FILE]',
    summary: 'Make mistakes at the end of a guide, one by one, and see whether the check names them.',
    details: `On a machine in Node: every line of every file from Nginx to the application deleted, misspelt or
exchanged; permissions, owners, links, services and the firewall changed. Each takes 10 to 30 seconds. Prints how many
broke the page, how many of those the last check of the whole chain named, and everything it said about the others.

  GUIDE            Name of a folder in content/guides.
  --only PATTERN   Only mutations whose name matches this regular expression.
  --count N        So many of them, chosen by chance, the same ones for the same seed.
  --seed N         Another number chooses others (default 1).
  --list           Print their names, and make none.
  --sandbox DIR    Use these images, which "npm run images" once made, and build none.
  --json FILE      Write the trials there, after each one.`,
  },
  bench: {
    usage: 'npm run bench [-- --runs N] [--only PART…] [--guide SLUG] [--sandbox DIR] [--json FILE]',
    summary: 'Measure the figures of the sandbox in Chromium, beside the plain way to embed v86.',
    details: `Without --only, everything but guides, in about ten minutes. What takes minutes is then left out: packages
and pip3 in plain v86, and pip typed at the first prompt.

  --only PART     A part; can be given more than once. start: until a prompt answers. screen: a flood of short lines.
                  output: 1 MB of output. install: packages, a page through the pane, memory. pip: the chapters' slowest
                  use of Python. commands: first and second time after a start, also in QEMU if that is installed.
                  checks: all checks of the chapter that has the most. guides: the waiting while a guide is typed.
                  screen, output and install go on with the machine of a start, which is then measured too.
  --guide SLUG    The part guides, with this guide in place of the first. It takes four to eight minutes.
  --runs N        Number of runs of each part; the table shows medians (default: 3 of start, 1 of the rest).
  --sandbox DIR   Use these images, which "npm run images" once made, and build none: to compare two builds.
  --json FILE     Write the figures of every run, and the time of each command, there as well.`,
  },
};

/**
 * The help of one command, or of all when `name` is not one.
 * @param {string | undefined} name
 * @returns {string}
 */
export function helpText(name) {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) return `${command.summary}\n\nUsage: ${command.usage}\n\n${command.details}`;
  const lines = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `The commands of Typealong (each has --help after --):\n\n${lines.join('\n')}`;
}
