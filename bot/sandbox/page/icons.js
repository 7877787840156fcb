/** Line icons on a 20 by 20 grid, drawn as SVG nodes. */

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7h13M3.5 13h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  caret: "m6 8 4 4 4-4",
  chevron: "m8 5 5 5-5 5",
  back: "m12 5-5 5 5 5",
  close: "m5 5 10 10M15 5 5 15",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  dots: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  reply:
    "M17 9.5c0 3.3-3.1 6-7 6-.9 0-1.7-.1-2.5-.4L3.5 16l1-2.8A5.5 5.5 0 0 1 3 9.5c0-3.3 3.1-6 7-6s7 2.7 7 6zM7 8.5h6M7 11h4",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.5 8v.5M12.5 8v.5M6.8 11.5c1.5 2.7 4.9 2.7 6.4 0",
  addReaction: "M9 17a6.5 6.5 0 1 1 2.2-12.6M6.8 8.3v.5M11.2 8.3v.5M6 11.3c1.3 2.4 4.7 2.4 6 0M15.5 2.5v5M13 5h5",
  pencil: "m4 16 .8-3.5L13.3 4a1.4 1.4 0 0 1 2 0l.7.7a1.4 1.4 0 0 1 0 2L7.5 15.2zM12 5.5 14.5 8",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.7 11h7.6l.7-11M8.5 9v5M11.5 9v5",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.5-2.5a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0L4.7 11A3 3 0 0 0 9 15.3l1-1",
  bolt: "M11 2.5 4.5 11.5H9L8.5 17.5l7-9.5h-5z",
  plus: "M10 4v12M4 10h12",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.2a2 2 0 0 0 4 0V10a7 7 0 1 0-2.8 5.6",
  send: "M3.5 3.5 17.5 10l-14 6.5L5 11l6-1-6-1z",
  search: "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5 17 17",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  help: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7.8 7.8c.2-2.8 4.6-2.6 4.5 0-.1 1.7-2.2 1.7-2.3 3.6M10 13.8v.1",
  home: "M3.5 9 10 3.5 16.5 9v7.5h-4.5V12H8v4.5H3.5z",
  message: "M4 4.5h12v9H9L5.5 16.5v-3H4z",
  people:
    "M7.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2.5 16c0-3 2.2-4.8 5-4.8s5 1.8 5 4.8M13 9a2.2 2.2 0 1 0-.8-4.2M14 11.3c2.1.3 3.5 2 3.5 4.7",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM12 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  file: "M5 3h6.5L15 6.5V17H5zM11 3v4h4",
  info: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v5M10 6.3v.1",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.2v.1",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  checkCircle: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM6.8 10.2l2.3 2.3 4.2-4.6",
  errorCircle: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7.5 7.5l5 5M12.5 7.5l-5 5",
  circle: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z",
  thumbUp:
    "M6.5 9 9.5 3c1.5 0 2 1 1.8 2.3L10.8 8H15c1 0 1.6.9 1.4 1.8l-1.3 5.4c-.2.8-.8 1.3-1.6 1.3H6.5zM6.5 9H3.5v7.5h3z",
  thumbDown:
    "M13.5 11l-3 6c-1.5 0-2-1-1.8-2.3L9.2 12H5c-1 0-1.6-.9-1.4-1.8l1.3-5.4c.2-.8.8-1.3 1.6-1.3h7zM13.5 11h3V3.5h-3z",
  bold: "M6 4h5a3 3 0 0 1 0 6H6zM6 10h5.7a3 3 0 0 1 0 6H6z",
  italic: "M8.5 4h6M5.5 16h6M11.5 4l-3 12",
  strike: "M3.5 10h13M13.5 6.5C13 4.8 11.6 4 10 4 8 4 6.5 5.1 6.5 6.8M6.5 13.5C7 15.2 8.4 16 10 16c2 0 3.5-1.1 3.5-2.8",
  listBullet: "M8 5h8.5M8 10h8.5M8 15h8.5M4 5h.01M4 10h.01M4 15h.01",
  listNumber: "M8.5 5h8M8.5 10h8M8.5 15h8M3.5 3.5h1v3M3 12.5c2-1 2 .5.2 2.2L3 15.5h2",
  quote: "M4 4v12M8 6h8.5M8 10h8.5M8 14h5",
  code: "m7 6-4 4 4 4M13 6l4 4-4 4",
  codeBlock: "M3.5 4h13v12h-13zM8 8l-2 2 2 2M12 8l2 2-2 2",
  calendar: "M4 5h12v11.5H4zM4 8.5h12M7 3v3M13 3v3",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.3l3 1.7",
  compass: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM13.3 6.7 11.5 11.5 6.7 13.3l1.8-4.8z",
  arrowDown: "M10 4v12M5 11l5 5 5-5",
};

/**
 * Draw an icon. It is decoration: the control around it carries the label.
 * @param {string} name a key of PATHS; an unknown name draws a circle
 * @param {number} [size] in pixels
 */
export function icon(name, size = 20) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    "aria-hidden": "true",
    class: `icon icon-${name}`,
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] || PATHS.circle);
  svg.append(path);
  return svg;
}
