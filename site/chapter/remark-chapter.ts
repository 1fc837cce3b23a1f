/**
 * A remark plugin that ties the rendered page to the chapter model: it runs the same reading over the same
 * tree as `parseChapter` and writes the ids of the model into it. The page needs no second parser: it takes
 * the model from `loadGuides()` and finds everything in the rendered text by these ids.
 *
 * Set-up: `unified({ remarkPlugins: [[remarkChapter, { contentDir }]] })`. Files outside of
 * `<contentDir>/guides/<guide>/NN-name.mdx` are left as they are. A chapter with mistakes throws a
 * `ChapterError`, so that the build stops and names the file, the line and the key.
 *
 * What it writes:
 *
 * - Sections. Every level-2 heading gets `id="<slug>"`, and it and all that follows up to the next one are
 *   wrapped in `<section data-section="<slug>" aria-labelledby="<slug>">`. If the section is a step, it also
 *   has `data-step="<step id>"` (the step's id is the slug). The text before the first one is not wrapped.
 * - `console` fences. Added to the meta: `actions="<id> <id>"`, one id for each `$ ` line, in order. The lines
 *   that begin with `$ ` are the commands, without exception; all others are what they print. The author's
 *   own keys (`until terminal exit answer alternative`) stay.
 * - File fences (`title="~/myproject/wsgi.py"`). Added: `actions="<id>"`, and `ins={3-5}` where the listing grows
 *   (expressive-code's own way to mark inserted lines; what is copied has no marks). `title` stays, so
 *   expressive-code shows the path; `before`, `after` and `replaces` stay.
 * - Fences within `<Hint>` and `<Note>` belong to a case that may not be the reader's: they are not in the
 *   model. Instead of `actions` their meta has the flag `aside` when they are `console` or have a title: such a
 *   command may have Run and Copy, it just is no part of the solution.
 * - Fences that are neither (`text`, `ini` … without a title) are left alone: pictures of output, nothing to do.
 * - JSX elements. `<Press>` and `<Visit>` get `actionId="<id>"`, `<Check>` gets `checkId="<step>/check-N"`.
 *   `<Hint title>`, `<Note kind title?>` and `<Summary>` are left alone. These six are all the components that
 *   the page must supply: `components={{ Press, Visit, Check, Hint, Note, Summary }}`. Lower-case
 *   elements of HTML in the text: `kbd`, `abbr`, `dfn`. `<Press>` and `<Visit>` may stand inside a paragraph.
 *
 * Props: Press `keys terminal? actionId`; Visit `url expect? outcome? actionId`; Check `title kind … checkId`
 * (the rest as in `site/checks/model.ts`; take them from the model by `checkId`); Hint `title`; Note
 * `kind: 'deviation' | 'warning' | 'tip'`, `title?`.
 */
