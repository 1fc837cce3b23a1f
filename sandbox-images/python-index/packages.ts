/** What the virtual internet's Python package index offers. */

/** Debian packages of one Python project each, from which wheels are assembled. */
export const PYTHON_PACKAGES: readonly string[] = [
  // Flask and what it needs.
  'python3-flask',
  'python3-werkzeug',
  'python3-jinja2',
  'python3-markupsafe',
  'python3-itsdangerous',
  'python3-click',
  // virtualenv and what it needs.
  'python3-virtualenv',
  'python3-platformdirs',
  'python3-distlib',
  'python3-filelock',
  // What a curious reader tries, and what that needs.
  'python3-asgiref',
  'python3-blinker',
  'python3-bottle',
  'python3-certifi',
  'python3-charset-normalizer',
  'python3-chardet',
  'python3-dateutil',
  'python3-django',
  'python3-dotenv',
  'python3-flask-sqlalchemy',
  'python3-flaskext.wtf',
  'python3-greenlet',
  'python3-gunicorn',
  'python3-idna',
  'python3-requests',
  'python3-six',
  'python3-sqlalchemy',
  'python3-sqlparse',
  'python3-tz',
  'python3-urllib3',
  'python3-wtforms',
  'python3-yaml',
];

/** Debian packages that hold ready wheels in /usr/share/python-wheels. */
export const WHEEL_PACKAGES: readonly string[] = [
  'python3-pip-whl',
  'python3-setuptools-whl',
  'python3-wheel-whl',
];

/** Debian packages that building uWSGI needs in the build system. */
export const UWSGI_BUILD_PACKAGES: readonly string[] = [
  'gcc',
  'python3-dev',
  'python3-setuptools',
  'python3-wheel',
];
