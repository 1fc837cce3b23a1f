import { measurePublished, formatSizes } from '../scripts/published-sizes.ts';
console.log(formatSizes(await measurePublished(process.argv[2], process.argv.slice(3))));
