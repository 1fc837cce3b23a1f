/**
 * Mutations that the check does not name, although they break the page, by guide and by name: each with the reason. The
 * list must shrink. One that is named after all fails the tests, and so does one that no longer exists.
 */
export type KnownMisses = Readonly<Record<string, string>>;

const OWN_MODULE = "the application's own missing file is taken for a package that pip would install";
const NO_WORKERS =
  'uWSGI reads a number in quotes as 0 and has no workers; taken for an application that is slow';
const PROJECT_GONE = 'the whole folder of the project is missed, and only the program in it is spoken of';
const HOME_CLOSED = 'the unit may not pass through the home; only its working directory is spoken of';

export const KNOWN_MISSES: Readonly<Record<string, KnownMisses>> = {
  'centos-7-flask': {
    '/home/user/myproject/myproject.py deleted': OWN_MODULE,
    '/home/user mode 600': HOME_CLOSED,
  },
  'ubuntu-16.04-flask': {
    '/home/sammy/myproject/myproject.py deleted': OWN_MODULE,
    '/home/sammy/myproject/myproject.py renamed': OWN_MODULE,
    '/home/sammy/myproject/myproject.ini:5 value in quotes: processes = "5"': NO_WORKERS,
    '/home/sammy/myproject deleted': PROJECT_GONE,
    '/home/sammy/myproject renamed': PROJECT_GONE,
  },
};
