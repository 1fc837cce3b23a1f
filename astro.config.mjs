// @ts-check
import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import expressiveCode from 'astro-expressive-code';
import { remarkDefinitions } from './site/chapter/definitions.ts';
import { remarkChapter } from './site/chapter/remark-chapter.ts';
import { chapterCode } from './site/integrations/chapter-code.ts';
import { keptReleases } from './site/integrations/earlier-releases.ts';
import { guidePdfs } from './site/integrations/guide-pdfs.ts';
import { paneWorker } from './site/integrations/pane-worker.ts';
import { sandboxFiles } from './site/integrations/sandbox-files.ts';

export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: './dist',
  base: process.env['TYPEALONG_BASE'] ?? '/',
  output: 'static',
  trailingSlash: 'always',
  // No file of the site may hold a script or a style inline: the security policy in the layout forbids scripts.
  build: { inlineStylesheets: 'never' },
  vite: {
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
    worker: { format: 'es' },
    // Found only when the machine starts; preparing them then would reload the page under it.
    optimizeDeps: {
      include: [
        '@xterm/addon-fit',
        '@xterm/addon-search',
        '@xterm/addon-web-links',
        '@xterm/xterm',
        'comlink',
        'diff',
        'v86',
        'zod',
        'zstddec',
      ],
    },
  },
  devToolbar: { enabled: false },
  markdown: {
    processor: unified({ remarkPlugins: [[remarkChapter, {}], remarkDefinitions] }),
  },
  integrations: [
    expressiveCode({
      themes: ['github-light', 'github-dark'],
      themeCssSelector: (theme) => `[data-theme='${theme.type}']`,
      useDarkModeMediaQuery: false,
      useStyleReset: false,
      frames: { showCopyToClipboardButton: false },
      // Nothing is cut or scrolls sideways, at any width and on paper.
      defaultProps: { wrap: true, preserveIndent: true, hangingIndent: 2 },
      plugins: [chapterCode()],
      styleOverrides: {
        borderRadius: '0.5rem',
        borderColor: 'var(--line)',
        codeFontFamily: 'var(--font-mono)',
        codeFontSize: '0.875rem',
        codeLineHeight: '1.6',
        codeBackground: 'var(--code-background)',
        uiFontFamily: 'var(--font-sans)',
        focusBorder: 'var(--accent)',
        frames: {
          frameBoxShadowCssValue: 'none',
          editorTabBarBackground: 'var(--surface-2)',
          editorActiveTabBackground: 'var(--surface-2)',
          editorActiveTabForeground: 'var(--text)',
          editorActiveTabBorderColor: 'transparent',
          editorActiveTabIndicatorTopColor: 'transparent',
          editorActiveTabIndicatorBottomColor: 'transparent',
          editorTabBarBorderColor: 'transparent',
          editorTabBarBorderBottomColor: 'var(--line)',
          editorBackground: 'var(--code-background)',
          terminalBackground: 'var(--code-background)',
          terminalTitlebarBackground: 'var(--surface-2)',
          terminalTitlebarBorderBottomColor: 'transparent',
        },
      },
    }),
    mdx(),
    paneWorker(),
    sandboxFiles(),
    keptReleases(),
    guidePdfs(),
  ],
});
