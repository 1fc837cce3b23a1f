/**
 * The mistakes that readers of this guide make, made on a real machine: each is recognised by its cause, and the
 * advice that the check gives, followed to the letter, mends it.
 */
import { GuideMachine } from './machine.ts';
import { testEpelMissing, testNginxFolderDeleted, testNotEnabled, testWrongTurns } from './wrong-turns.ts';

const machine = new GuideMachine('centos-7-flask');

testWrongTurns(machine, 'myproject');
testNginxFolderDeleted(machine);
testNotEnabled(machine, 'myproject');
testEpelMissing(machine);
