/** The only reader of a chapter's MDX. */
import remarkFrontmatter from 'remark-frontmatter';
import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { MistakeList } from './error.ts';
import type { Report } from './error.ts';
import { readFrontMatter } from './header.ts';
import type { FrontMatter } from './header.ts';
import type { Chapter, GuideHeader } from './model.ts';
import { readSteps } from './read.ts';
import type { Root } from './tree.ts';
import { readYaml } from './yaml.ts';

const processor = unified().use(remarkParse).use(remarkFrontmatter).use(remarkMdx).freeze();

/**
 * Parses a chapter. `file` is its path from the project's root (`content/guides/<guide>/NN-name.mdx`): it gives
 * the number and the slug, and it stands in messages. Throws a `ChapterError` with all mistakes of the file.
 */
export function parseChapter(source: string, file: string, guide: GuideHeader): Chapter {
  const mistakes = new MistakeList(file);
  const name = readFileName(file, mistakes.report);
  const tree = parseTree(source, mistakes.report);
  const frontMatter = tree && frontMatterOf(tree, mistakes.report);
  const { steps, hints } = tree ? readSteps(tree, guide, mistakes.report) : { steps: [], hints: [] };
  mistakes.throwIfAny();
  if (!name || !frontMatter) throw new Error(`${file}: cannot be read`);
  return { guide: guide.slug, ...name, ...frontMatter, file, steps, hints };
}

/** Number and slug of a chapter, from the name of its file: `02-virtual-environment.mdx`. */
function readFileName(
  file: string,
  report: Report,
): { readonly number: number; readonly slug: string } | null {
  const match = /(?:^|\/)(\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)\.mdx$/.exec(file);
  if (match?.[1] && match[2] && match[1] !== '00') return { number: Number(match[1]), slug: match[2] };
  report(
    1,
    'file name',
    'must be two digits from 01, a hyphen, and lower-case words: 02-virtual-environment.mdx',
  );
  return null;
}

function parseTree(source: string, report: Report): Root | null {
  try {
    return processor.parse(source);
  } catch (problem) {
    // micromark and acorn throw a VFileMessage at the first thing that is no MDX.
    const { line, reason } = problem as { line?: number; reason?: string };
    if (reason === undefined) throw problem;
    report(line ?? 1, 'MDX', reason);
    return null;
  }
}

function frontMatterOf(tree: Root, report: Report): FrontMatter | null {
  const node = tree.children[0];
  if (node?.type !== 'yaml') return readFrontMatter(undefined, () => 1, report);
  const yaml = readYaml(node.value, 2, report);
  return yaml && readFrontMatter(yaml.data, yaml.lineOf, report);
}
