/** Modules that are not the reader's own. */

/** What the guides install with pip, and what comes with it: the module, and the package that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  flask: 'flask',
  werkzeug: 'flask',
  jinja2: 'flask',
  markupsafe: 'flask',
  itsdangerous: 'flask',
  click: 'flask',
};

/** Modules of Python's own library that Flask, uWSGI or beginners import, and that a file in the project would hide. */
const LIBRARY =
  'abc argparse array ast asyncio base64 bisect calendar cgi code codecs collections contextlib copy csv datetime decimal difflib email enum errno functools gettext glob hashlib heapq html http importlib inspect io ipaddress itertools json keyword linecache locale logging math mimetypes numbers operator os pathlib pickle pkgutil platform pprint queue random re reprlib secrets select selectors shutil signal site socket socketserver sqlite3 ssl stat statistics string struct subprocess sys tempfile test textwrap threading time timeit token tokenize traceback types typing unicodedata urllib uuid warnings weakref zlib'.split(
    ' ',
  );

/** The package of the guides that has a module, by the module's first name; `undefined` when none has. */
export function packageOf(module: string): string | undefined {
  return PACKAGES[module.split('.')[0] ?? ''];
}

/** A package's module that differs from this name in nothing but capitals. */
export function knownInOtherCase(module: string): string | undefined {
  const lower = module.toLowerCase();
  return lower !== module && (lower in PACKAGES || LIBRARY.includes(lower)) ? lower : undefined;
}

/** A file of this name beside the application hides a module that others import. */
export function hides(module: string): 'package' | 'library' | 'uwsgi' | null {
  if (module === 'uwsgi') return 'uwsgi';
  if (module in PACKAGES) return 'package';
  return LIBRARY.includes(module) ? 'library' : null;
}
