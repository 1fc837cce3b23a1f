/** What stands in a terminal's buffer, line by line, and what of it is red. For the replay, in the page and in Node. */

/** A line as it was printed: lines that were wrapped at the edge are put together again. */
export interface PrintedLine {
  readonly text: string;
  /** Its runs of red text. */
  readonly red: readonly string[];
  /** It fills its last row: a program that knows the terminal's width may have cut it there. */
  readonly reachesEdge?: true;
}

/** What is needed of xterm's buffer; `@xterm/xterm` and `@xterm/headless` both have it. */
interface Buffer {
  readonly length: number;
  getLine(index: number): BufferLine | undefined;
}

interface BufferLine {
  readonly isWrapped: boolean;
  readonly length: number;
  getCell(index: number): BufferCell | undefined;
}

interface BufferCell {
  getChars(): string;
  getWidth(): number;
  getFgColor(): number;
  isFgPalette(): boolean;
  isFgRGB(): boolean;
}

/** The lines from `from` (an index into the buffer) to its end, without the empty ones. */
export function printedLines(buffer: Buffer, from: number): PrintedLine[] {
  const lines: { text: string; red: string[]; reachesEdge: boolean }[] = [];
  let wasRed = false;
  for (let index = from; index < buffer.length; index++) {
    const line = buffer.getLine(index);
    if (!line) break;
    let current = lines.at(-1);
    if (!line.isWrapped || !current) {
      current = { text: '', red: [], reachesEdge: false };
      lines.push(current);
      wasRed = false;
    }
    for (let column = 0; column < line.length; column++) {
      const cell = line.getCell(column);
      // The second half of a wide character.
      if (!cell || cell.getWidth() === 0) continue;
      const text = cell.getChars() || ' ';
      current.text += text;
      const red = isRed(cell);
      if (red && wasRed) current.red.push(`${current.red.pop() ?? ''}${text}`);
      else if (red) current.red.push(text);
      wasRed = red;
    }
    current.reachesEdge = !current.text.endsWith(' ');
  }
  return lines
    .map(({ text, red, reachesEdge }) => ({
      text: text.trimEnd(),
      red: red.map((run) => run.trim()).filter((run) => run !== ''),
      ...(reachesEdge && { reachesEdge }),
    }))
    .filter(({ text }) => text !== '');
}

/** The six steps of a colour in the cube of xterm's palette of 256. */
const CUBE = [0, 95, 135, 175, 215, 255];

function isRed(cell: BufferCell): boolean {
  const colour = cell.getFgColor();
  if (cell.isFgRGB()) return isReddish((colour >> 16) & 255, (colour >> 8) & 255, colour & 255);
  if (!cell.isFgPalette()) return false;
  if (colour === 1 || colour === 9) return true;
  if (colour < 16 || colour > 231) return false;
  const place = colour - 16;
  const part = (divisor: number): number => CUBE[Math.floor(place / divisor) % 6] ?? 0;
  return isReddish(part(36), part(6), part(1));
}

function isReddish(red: number, green: number, blue: number): boolean {
  return red >= 135 && green <= red / 2 && blue <= red / 2;
}
