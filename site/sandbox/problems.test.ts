import { expect, it } from 'vitest';
import { problemOf } from './problems.ts';

it.each([
  new RangeError('Array buffer allocation failed'),
  new RangeError('WebAssembly.Memory(): could not allocate memory'),
  new RangeError('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance'),
  new Error('out of memory'),
  new Error('allocation size overflow'),
])('says that there is too little memory for %s', (error) => {
  expect(problemOf(error)).toMatchObject({ code: 'out-of-memory', subject: error.message });
});

it.each([
  new RangeError('Invalid array length'),
  new RangeError('Invalid typed array length: -1'),
  new RangeError('Maximum call stack size exceeded'),
  new RangeError('Invalid DataView length 5'),
  new Error('the allocation table is damaged'),
])('does not take %s for too little memory', (error) => {
  expect(problemOf(error)).toMatchObject({ code: 'internal', subject: error.message });
});
