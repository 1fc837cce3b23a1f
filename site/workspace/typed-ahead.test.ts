import { expect, it } from 'vitest';
import { TypedAhead } from './typed-ahead.ts';

it('shows what is typed, and keeps the keys for the guest', () => {
  const ahead = new TypedAhead();
  expect(ahead.type('l')).toBe('l');
  expect(ahead.type('s')).toBe('s');
  expect(ahead.type('\r')).toBe('\r\n');
  expect(ahead.type('pwd\r')).toBe('pwd\r\n');
  expect(ahead.take()).toBe('ls\rpwd\r');
  expect(ahead.take()).toBe('');
});

it('erases no more than was typed on the line', () => {
  const ahead = new TypedAhead();
  ahead.type('ab');
  expect(ahead.type('\x7f')).toBe('\b \b');
  expect(ahead.type('\x7f\x7f')).toBe('\b \b');
  ahead.type('cd\ref');
  expect(ahead.type('\x15')).toBe('\b \b\b \b');
  expect(ahead.type('\x15')).toBe('');
  expect(ahead.take()).toBe('ab\x7f\x7f\x7fcd\ref\x15\x15');
});

it('forgets what was typed before Ctrl+C', () => {
  const ahead = new TypedAhead();
  ahead.type('sudo reboot');
  expect(ahead.type('\x03')).toBe('^C\r\n');
  ahead.type('ls');
  expect(ahead.take()).toBe('ls');
  expect(ahead.type('a\x03b')).toBe('a^C\r\nb');
  expect(ahead.take()).toBe('b');
});

it('keeps keys that show nothing', () => {
  const ahead = new TypedAhead();
  expect(ahead.type('\x1b[A') + ahead.type('\t') + ahead.type('\x01')).toBe('');
  expect(ahead.take()).toBe('\x1b[A\t\x01');
});

it('has an end', () => {
  const ahead = new TypedAhead();
  ahead.type('x'.repeat(16 * 1024));
  expect(ahead.type('x')).toBe('\x07');
  expect(ahead.type('\x1b[A')).toBe('\x07');
  expect(ahead.type('\x03')).toBe('^C\r\n');
  expect(ahead.type('ls')).toBe('ls');
  expect(ahead.take()).toBe('ls');
});

it('shows nothing where nobody knows how it looks, and keeps the keys', () => {
  const ahead = new TypedAhead(false);
  expect(ahead.type('a')).toBe('');
  expect(ahead.type('\x1b[A')).toBe('');
  expect(ahead.type('\r')).toBe('');
  expect(ahead.take()).toBe('a\x1b[A\r');
});
