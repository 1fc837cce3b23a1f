/**
 * The mistakes that readers of this guide make, made on a real machine: each is recognised by its cause, and the
 * advice that the check gives, followed to the letter, mends it.
 */
import { GuideMachine } from './machine.ts';
import { testEpelMissing, testNotEnabled, testWrongTurns } from './wrong-turns.ts';

const machine = new GuideMachine('centos-7-wsgi');

testWrongTurns(machine, 'uwsgi');
testNotEnabled(machine, 'uwsgi');
testEpelMissing(machine);
