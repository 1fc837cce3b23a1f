/** The chapters' text. What a guide does is in the chapter model (`site/chapter/`); this only renders the prose. */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

const chapters = defineCollection({
  loader: glob({
    base: './content/guides',
    pattern: '*/[0-9][0-9]-*.mdx',
    // `ubuntu-16.04-flask/01-components`: the default would take the dot out of the guide's name.
    generateId: ({ entry }) => entry.replace(/\.mdx$/, ''),
  }),
  schema: z.strictObject({ title: z.string(), summary: z.string(), minutes: z.number() }),
});

export const collections = { chapters };
