import { expect, it } from 'vitest';
import { forPaper } from './for-paper.ts';

it('prefixes ids and the links to them, and no other address', () => {
  const html =
    '<h3 id="a">A</h3><p><a href="#a">see A</a> <a href="https://example.org/#a">elsewhere</a></p><p aria-labelledby="a">b</p>';
  expect(forPaper(html, 'one--')).toBe(
    '<h4 id="one--a">A</h4><p><a href="#one--a">see A</a> <a href="https://example.org/#a">elsewhere</a></p><p aria-labelledby="one--a">b</p>',
  );
});

it('leaves out buttons, scripts, times and words for screen readers, and what they stood in if that is empty', () => {
  const command =
    '<div class="ec-line command" data-action-id="x/1" data-status="pending"><div class="code">ls</div><span class="command-buttons"><button>Run</button></span><span class="command-time">takes long</span></div>';
  expect(forPaper(command, '')).toBe(
    '<div class="ec-line command"><div class="code"><span class="word">ls</span></div></div>',
  );
  expect(forPaper('<script>1</script><p>a<span class="visually-hidden">: b</span></p>', '')).toBe('<p>a</p>');
  expect(forPaper('<div class="file-buttons"><button>Copy</button></div>', '')).toBe('');
  const place = '<span class="file-place">Goes after “a”</span>';
  expect(forPaper(`<div class="file-buttons"><button>Copy</button>${place}</div>`, '')).toBe(
    `<div class="file-buttons">${place}</div>`,
  );
});

it('opens hints, and puts headings a level down without the link to themselves', () => {
  expect(forPaper('<details class="hint"><summary>a</summary>b</details>', '')).toBe(
    '<details class="hint" open><summary>a</summary>b</details>',
  );
  expect(forPaper('<h2 id="a"><a class="heading-link" href="#a">An <code>A</code></a></h2>', 'x-')).toBe(
    '<h3 id="x-a">An <code>A</code></h3>',
  );
});

it('makes no landmarks, of which there would be several of one name', () => {
  expect(forPaper('<section aria-labelledby="a"><aside aria-label="Careful">b</aside></section>', '')).toBe(
    '<div><div>b</div></div>',
  );
});

it('takes the highlighting out of what a program printed, but not out of a listing', () => {
  const line = (kind: string, text: string): string =>
    `<div class="ec-line${kind}"><div class="code">${text}</div></div>`;
  const highlighted = '<span style="--0:#24292E">a &#x26;</span> <span>b</span>';
  expect(forPaper(line(' printed', highlighted), '')).toBe(line(' printed', 'a &#x26; b'));
  expect(forPaper(line('', highlighted), '')).toBe(line('', highlighted));
});

it('lets a command wrap between its words alone, and keeps its blanks', () => {
  const command = '<div class="ec-line command"><div class="code"><b>grep</b> -n \"a  b\"</div></div>';
  expect(forPaper(command, '')).toBe(
    '<div class="ec-line command"><div class="code"><span class="word">grep</span> <span class="word">-n</span> <span class="word">"a</span>  <span class="word">b"</span></div></div>',
  );
});

it('keeps the text of a listing as it is', () => {
  const listing = '<pre><code><div class="code">a  &#x3C;b> "c"\n</div></code></pre>';
  expect(forPaper(listing, '')).toBe(listing);
});
