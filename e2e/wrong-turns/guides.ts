/** The guides whose wrong turns are taken, by the guide's slug. */
import { CENTOS_FLASK } from './centos-7-flask.ts';
import { CENTOS_WSGI } from './centos-7-wsgi.ts';
import type { WrongTurns } from './turn.ts';
import { UBUNTU_EMPEROR } from './ubuntu-13.04-flask.ts';
import { UBUNTU_FLASK } from './ubuntu-16.04-flask.ts';

export const GUIDES: Readonly<Record<string, WrongTurns>> = {
  'centos-7-flask': CENTOS_FLASK,
  'centos-7-wsgi': CENTOS_WSGI,
  'ubuntu-13.04-flask': UBUNTU_EMPEROR,
  'ubuntu-16.04-flask': UBUNTU_FLASK,
};
