/** A link as a QR code, drawn as SVG. */
import { encode } from 'uqr';

const SVG = 'http://www.w3.org/2000/svg';
/** The white margin that scanners want, in modules. */
const MARGIN = 4;

/** The dark modules of a QR code as the path of a drawing, and how wide that is with its margin, in modules. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  // With the least redundancy: a long link has small modules already, and a screen has no scratches.
  const { data, size } = encode(text, { ecc: 'L', border: MARGIN });
  const rows = data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join(''));
  return { path: rows.join(''), size };
}

/** Always dark on white: many scanners cannot read it the other way round. */
export function qrCode(text: string, label: string): SVGSVGElement {
  const { path, size } = qrPath(text);
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', '#fff');
  const modules = document.createElementNS(SVG, 'path');
  modules.setAttribute('d', path);
  modules.setAttribute('fill', '#000');
  svg.append(ground, modules);
  return svg;
}

/** The same as the text of an SVG file. */
export function qrCodeFile(text: string): string {
  const { path, size } = qrPath(text);
  const ground = `<rect width="${size}" height="${size}" fill="#fff"/>`;
  const modules = `<path d="${path}" fill="#000" shape-rendering="crispEdges"/>`;
  return `<svg xmlns="${SVG}" viewBox="0 0 ${size} ${size}">${ground}${modules}</svg>\n`;
}
