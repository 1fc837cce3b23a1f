/** The terminal's colours, light and dark like the site. */
import type { ISearchOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';

const LIGHT: ITheme = {
  background: '#fbfbf9',
  foreground: '#24292f',
  cursor: '#0b5f52',
  cursorAccent: '#fbfbf9',
  selectionBackground: '#bfe3db',
  black: '#24292f',
  red: '#b42318',
  green: '#1a6e37',
  yellow: '#855400',
  blue: '#0a56b0',
  magenta: '#8031a7',
  cyan: '#0e6676',
  white: '#57606a',
  brightBlack: '#57606a',
  brightRed: '#c4291c',
  brightGreen: '#1a7f37',
  brightYellow: '#8a5a00',
  brightBlue: '#0969da',
  brightMagenta: '#8b3fc0',
  brightCyan: '#0f7285',
  brightWhite: '#24292f',
};

const DARK: ITheme = {
  background: '#101216',
  foreground: '#d6d9df',
  cursor: '#5fd0b8',
  cursorAccent: '#101216',
  selectionBackground: '#2b5a51',
  black: '#3a3f4a',
  red: '#ff8a80',
  green: '#6fd48b',
  yellow: '#e8c268',
  blue: '#82b4ff',
  magenta: '#d3a4f5',
  cyan: '#6fcfe0',
  white: '#d6d9df',
  brightBlack: '#8b93a1',
  brightRed: '#ffa59d',
  brightGreen: '#8fe3a6',
  brightYellow: '#f4d488',
  brightBlue: '#a3c9ff',
  brightMagenta: '#e2c0fa',
  brightCyan: '#95e0ed',
  brightWhite: '#ffffff',
};

type SearchColours = NonNullable<ISearchOptions['decorations']>;

/** Grounds on which the theme's text reaches 4.5:1; the border tells the current match apart without its colour. */
const LIGHT_SEARCH: SearchColours = {
  matchBackground: '#ffe9a8',
  matchOverviewRuler: '#c98a00',
  activeMatchBackground: '#ffc94d',
  activeMatchBorder: '#24292f',
  activeMatchColorOverviewRuler: '#855400',
};
const DARK_SEARCH: SearchColours = {
  matchBackground: '#4d3c00',
  matchOverviewRuler: '#c98a00',
  activeMatchBackground: '#6b4a00',
  activeMatchBorder: '#f4d488',
  activeMatchColorOverviewRuler: '#f4d488',
};

export function terminalTheme(): ITheme {
  return isDark() ? DARK : LIGHT;
}

/** How matches of a search are marked. */
export function searchColours(): SearchColours {
  return isDark() ? DARK_SEARCH : LIGHT_SEARCH;
}

function isDark(): boolean {
  return document.documentElement.dataset['theme'] === 'dark';
}

/** Calls `listener` when the site's theme changes. Returns an unsubscribe function. */
export function watchTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
