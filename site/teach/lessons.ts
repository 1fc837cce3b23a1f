/** Each guide as lessons: plans for the time there is, what students take for true that is not, and what to talk about. */

/** A part of a lesson. Chapters take the minutes that they say. */
export type Part =
  | { readonly chapter: string }
  | { readonly together: string; readonly minutes: number }
  | { readonly pause: string; readonly minutes: number };

/** A lesson without an interruption, but for its pause. */
export interface Lesson {
  /** How long it may take. */
  readonly minutes: 45 | 90;
  readonly parts: readonly Part[];
}

/** Something that students believe, until a check says otherwise. */
export interface Misconception {
  readonly belief: string;
  /** What is true. Code stands between backticks. */
  readonly truth: string;
  /** Slug of the chapter in which it comes up. */
  readonly chapter: string;
  /** What a check finds then: a cause of `site/checks/words/`. The wrong turns of the guide make this mistake on a machine. */
  readonly cause: string;
}

export interface Lessons {
  readonly guide: string;
  /** One lesson of 90 minutes. */
  readonly whole: Lesson;
  /** Two of 45. */
  readonly halves: readonly [Lesson, Lesson];
  readonly misconceptions: readonly Misconception[];
  readonly questions: readonly string[];
}

export const LESSONS: readonly Lessons[] = [
  {
    guide: 'ubuntu-16.04-flask',
    whole: {
      minutes: 90,
      parts: [
        {
          together: 'Draw the way of a request: browser, firewall, Nginx, socket, uWSGI, Flask.',
          minutes: 6,
        },
        { chapter: 'flask-application' },
        {
          together:
            'First the address timed out, then it was refused, then it answered. What does each tell you about the server?',
          minutes: 4,
        },
        { chapter: 'wsgi-entry-point' },
        { pause: 'Flask answers through uWSGI, and every machine is saved.', minutes: 5 },
        {
          together:
            'Read `myproject.ini` on the screen, line by line. In the next chapter it is on the machine already.',
          minutes: 4,
        },
        { chapter: 'systemd-unit' },
        { chapter: 'nginx' },
        {
          together:
            'Each student breaks one link of the chain. A neighbour finds it, from the error log alone.',
          minutes: 6,
        },
      ],
    },
    halves: [
      {
        minutes: 45,
        parts: [
          {
            together: 'Draw the way of a request: browser, firewall, Nginx, socket, uWSGI, Flask.',
            minutes: 6,
          },
          { chapter: 'flask-application' },
          {
            together:
              'First the address timed out, then it was refused, then it answered. What does each tell you about the server?',
            minutes: 4,
          },
          { chapter: 'wsgi-entry-point' },
          {
            together:
              '`Ctrl+C` ended uWSGI, and the page was gone. Who should start it at three in the morning?',
            minutes: 5,
          },
        ],
      },
      {
        minutes: 45,
        parts: [
          {
            together: 'Read `myproject.ini` on the screen, line by line. It is on the machine already.',
            minutes: 4,
          },
          { chapter: 'systemd-unit' },
          { chapter: 'nginx' },
          {
            together:
              'Stop uWSGI, read Nginx’s error log, and start uWSGI again. Who wrote the page with the 502?',
            minutes: 6,
          },
        ],
      },
    ],
    misconceptions: [
      {
        belief: 'uWSGI speaks HTTP, like any web server.',
        truth:
          'It speaks HTTP only when told to. Nginx speaks the uwsgi protocol with it, so the line is `uwsgi_pass`, not `proxy_pass`.',
        chapter: 'wsgi-entry-point',
        cause: 'proxy-pass-instead',
      },
      {
        belief: 'If I misspell an option, somebody will complain.',
        truth: 'uWSGI passes over a key that it does not know, and works without it.',
        chapter: 'uwsgi-configuration',
        cause: 'ini-key-misspelt',
      },
      {
        belief: 'The service is active, so the application works.',
        truth:
          'uWSGI stays up without an application. Look for `WSGI app 0 … ready` in the journal, or ask for the page.',
        chapter: 'systemd-unit',
        cause: 'module-name-wrong',
      },
      {
        belief: 'It runs now, so it will run tomorrow.',
        truth: '`start` is for now, and `enable` for every boot. Most services need both.',
        chapter: 'systemd-unit',
        cause: 'service-not-enabled',
      },
      {
        belief: 'Once I have written the site’s file, Nginx serves it.',
        truth: 'Nginx reads what `sites-enabled` leads to, and only when it starts or reloads.',
        chapter: 'nginx',
        cause: 'server-block-not-linked',
      },
      {
        belief: 'A page that does not come means that the server is down.',
        truth:
          'Here a visit that times out was dropped by the firewall, and one that is refused found no program that listens.',
        chapter: 'nginx',
        cause: 'nginx-not-allowed',
      },
    ],
    questions: [
      'Flask has a server of its own. Why are two more programs put in front of it?',
      'Who may connect to the socket, and which lines of which files decide that?',
      'The last chapter gives the application an account of its own. What could an attacker who breaks into it do before that, and what after?',
    ],
  },
  {
    guide: 'centos-7-flask',
    whole: {
      minutes: 90,
      parts: [
        {
          together:
            'Draw the way of a request: browser, Nginx, socket, uWSGI, Flask. Which of them is a file?',
          minutes: 6,
        },
        { chapter: 'application' },
        { chapter: 'entry-point' },
        {
          together: 'Who calls the application: when you start the file, and when uWSGI imports it?',
          minutes: 3,
        },
        { chapter: 'uwsgi-service' },
        { pause: 'The service runs, and every machine is saved.', minutes: 5 },
        { chapter: 'nginx' },
        {
          together:
            'Read `namei -l` on the socket, folder by folder. At which would Nginx stop if your home were closed?',
          minutes: 7,
        },
      ],
    },
    halves: [
      {
        minutes: 45,
        parts: [
          { together: 'Draw the way of a request: browser, Nginx, socket, uWSGI, Flask.', minutes: 5 },
          { chapter: 'entry-point' },
          { chapter: 'uwsgi-service' },
          {
            together: 'Which line of which file gives the socket its group, and which its mode?',
            minutes: 5,
          },
        ],
      },
      {
        minutes: 45,
        parts: [
          {
            together: 'What do r, w and x mean for a folder? Predict what `drwx--x---` lets the group do.',
            minutes: 6,
          },
          { chapter: 'nginx' },
          { chapter: 'today' },
          {
            together: 'What became safer when the application moved out of the home directory?',
            minutes: 7,
          },
        ],
      },
    ],
    misconceptions: [
      {
        belief: 'The group of a unit does not matter, as long as the user is right.',
        truth:
          'What the service creates gets its group. Without `Group=nginx`, Nginx may not use the socket.',
        chapter: 'uwsgi-service',
        cause: 'unit-group-missing',
      },
      {
        belief: 'It runs now, so it will run tomorrow.',
        truth: '`start` is for now, and `enable` for every boot. Most services need both.',
        chapter: 'uwsgi-service',
        cause: 'service-not-enabled',
      },
      {
        belief: 'A server block may stand anywhere in `nginx.conf`.',
        truth:
          'It belongs inside `http { … }`, and not inside another one. `nginx -t` says so before a restart.',
        chapter: 'nginx',
        cause: 'server-block-outside-http',
      },
      {
        belief: 'The permissions of the file decide who may open it.',
        truth: 'So do those of every folder on the way to it: each needs an `x`.',
        chapter: 'nginx',
        cause: 'directory-not-searchable',
      },
      {
        belief: 'When an account joins a group, it has the group’s rights at once.',
        truth: 'A running program keeps the groups that it was started with. Restart it.',
        chapter: 'nginx',
        cause: 'nginx-older-than-group',
      },
      {
        belief: 'A 502 means that Nginx is broken.',
        truth:
          'It means that Nginx works, and got no usable answer from uWSGI. The last line of its error log says why.',
        chapter: 'nginx',
        cause: 'uwsgi-not-started',
      },
    ],
    questions: [
      'Your home lets Nginx pass through, but not list what is in it. Which of your files could it read all the same?',
      'What does `sudo -u nginx` show that a look at the permissions may miss?',
      'Five workers, and each serves one request at a time. What does the sixth visitor see?',
    ],
  },
  {
    guide: 'centos-7-wsgi',
    whole: {
      minutes: 90,
      parts: [
        {
          together:
            'WSGI, uWSGI, uwsgi: write the three on the board. Which is an agreement, a program, a protocol?',
          minutes: 6,
        },
        { chapter: 'wsgi-application' },
        {
          together:
            'The page was white, and no browser showed an error. Where did the server say so all the same?',
          minutes: 4,
        },
        { chapter: 'uwsgi-configuration' },
        { pause: 'The configuration is written, and every machine is saved.', minutes: 5 },
        { chapter: 'systemd-unit' },
        { chapter: 'nginx' },
        {
          together: 'Name everything that must happen between the power switch and the page, in order.',
          minutes: 5,
        },
      ],
    },
    halves: [
      {
        minutes: 45,
        parts: [
          {
            together:
              'WSGI, uWSGI, uwsgi: write the three on the board. Which is an agreement, a program, a protocol?',
            minutes: 5,
          },
          { chapter: 'wsgi-application' },
          { chapter: 'uwsgi-configuration' },
          {
            together:
              'Why is there no port any more? Who can reach the socket, and who could reach the port?',
            minutes: 6,
          },
        ],
      },
      {
        minutes: 45,
        parts: [
          { together: 'Guess: what is left of `/run` after a restart?', minutes: 4 },
          { chapter: 'systemd-unit' },
          { chapter: 'nginx' },
          {
            together: 'Name everything that must happen between the power switch and the page, in order.',
            minutes: 5,
          },
        ],
      },
    ],
    misconceptions: [
      {
        belief: 'A WSGI application returns the page as a string.',
        truth: 'It returns bytes. uWSGI passes over text, so the page is empty.',
        chapter: 'wsgi-application',
        cause: 'body-not-bytes',
      },
      {
        belief: 'I can call the function whatever I like.',
        truth: 'uWSGI looks for the name `application`, unless it is told another.',
        chapter: 'wsgi-application',
        cause: 'callable-name-wrong',
      },
      {
        belief: '`/tmp` is the same folder for every program.',
        truth: 'systemd can give a service a `/tmp` of its own. A socket in it cannot be seen from outside.',
        chapter: 'uwsgi-configuration',
        cause: 'socket-in-private-tmp',
      },
      {
        belief: 'Root makes the socket, so everybody can use it.',
        truth: 'Its owner, its group and its mode decide. `chown-socket` gives it to those who need it.',
        chapter: 'uwsgi-configuration',
        cause: 'chown-socket-missing',
      },
      {
        belief: 'A folder that I have made stays.',
        truth: '`/run` is empty after every boot. The unit has to make the folder at each start.',
        chapter: 'systemd-unit',
        cause: 'runtime-directory-missing',
      },
      {
        belief: 'What works in my shell works in a unit.',
        truth: 'A unit starts in `/`, and no environment is active. The command has to go there first.',
        chapter: 'systemd-unit',
        cause: 'environment-missing',
      },
    ],
    questions: [
      'What does a framework do that this function does not?',
      'uWSGI starts as root and goes on as `user`. What does it need root for, and how does the last chapter do without?',
      '`reload` and `restart` both bring the new code. What does a visitor see who comes at that moment?',
    ],
  },
  {
    guide: 'ubuntu-13.04-flask',
    whole: {
      minutes: 90,
      parts: [
        {
          together: 'Draw who starts whom: Upstart, the Emperor, its vassals. Nginx stands beside them.',
          minutes: 8,
        },
        { chapter: 'nginx-site' },
        { chapter: 'uwsgi-ini' },
        {
          together:
            'One chapter set out to get a 502. What do the numbers in the error log, 2, 13 and 111, each mean?',
          minutes: 6,
        },
        { pause: 'The page comes through Nginx, and every machine is saved.', minutes: 5 },
        { chapter: 'emperor' },
        { chapter: 'second-application' },
        {
          together:
            'Which log would you open first when the job does not start, when the vassal dies, when the page is a 502?',
          minutes: 10,
        },
      ],
    },
    halves: [
      {
        minutes: 45,
        parts: [
          {
            together: 'Draw who starts whom: Upstart, the Emperor, its vassals. Nginx stands beside them.',
            minutes: 8,
          },
          { chapter: 'nginx-site' },
          { chapter: 'uwsgi-ini' },
          {
            together: 'The trial ran as root. List what it has left behind; the next chapter needs the list.',
            minutes: 6,
          },
        ],
      },
      {
        minutes: 45,
        parts: [
          {
            together: 'What could go wrong when the same program starts as `nginx` instead of root?',
            minutes: 5,
          },
          { chapter: 'emperor' },
          { chapter: 'second-application' },
          {
            together:
              'Which log would you open first when the job does not start, when the vassal dies, when the page is a 502?',
            minutes: 10,
          },
        ],
      },
    ],
    misconceptions: [
      {
        belief: 'Once a repository is in the list, apt can install from it.',
        truth: 'apt reads repositories when it updates. Until then it goes by the old lists.',
        chapter: 'tools',
        cause: 'repository-not-read',
      },
      {
        belief: 'The path in a link is read from the folder that I am in.',
        truth: 'It is read from the folder that the link is in. Give the whole path.',
        chapter: 'nginx-site',
        cause: 'server-block-link-broken',
      },
      {
        belief: 'I can call the `.ini` file whatever I like.',
        truth: '`%n` is the name of the file, and here the socket and the log get their names from it.',
        chapter: 'uwsgi-ini',
        cause: 'vassal-renamed',
      },
      {
        belief: 'It worked by hand, so the Emperor can start it as well.',
        truth:
          'By hand it started in the application’s folder. The Emperor starts it in the folder of the vassals.',
        chapter: 'emperor',
        cause: 'home-relative',
      },
      {
        belief: 'Who owns the folder owns what is in it.',
        truth: 'Each file has an owner of its own. `chown -R` changes all of them.',
        chapter: 'emperor',
        cause: 'file-wrong-owner',
      },
      {
        belief: 'New code is served as soon as it is saved.',
        truth:
          'uWSGI works with what it has in memory. Touching the vassal’s file makes the Emperor reload it.',
        chapter: 'second-application',
        cause: 'vassal-not-reloaded',
      },
    ],
    questions: [
      'One Emperor for all applications, or one unit for each: what does each make easier?',
      'The key came over plain HTTP. What does its fingerprint prove, and what do you compare it with?',
      'Both applications run as `nginx`. If one of them is broken into, what happens to the other?',
    ],
  },
];

/** How long a part takes. `minutesOf`: of a chapter, by its slug. */
function partMinutes(part: Part, minutesOf: (chapter: string) => number): number {
  return 'chapter' in part ? minutesOf(part.chapter) : part.minutes;
}

/** How long a lesson takes when everybody is done in time. */
export function lessonMinutes({ parts }: Lesson, minutesOf: (chapter: string) => number): number {
  return parts.reduce((sum, part) => sum + partMinutes(part, minutesOf), 0);
}

/** The chapters of some lessons, by slug, in their order. */
export function chaptersOf(lessons: readonly Lesson[]): readonly string[] {
  return lessons.flatMap(({ parts }) => parts.flatMap((part) => ('chapter' in part ? [part.chapter] : [])));
}
