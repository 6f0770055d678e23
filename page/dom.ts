/** What may stand in an element. Text becomes a text node: what comes from data can be nothing else. */
export type Content = string | Node;

export interface Attributes {
  readonly class?: string;
  readonly title?: string;
  readonly scope?: 'row';
  readonly hidden?: boolean;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { hidden = false, ...attributes }: Attributes,
  ...contents: readonly Content[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.hidden = hidden;
  element.append(...contents);
  return element;
}

/** An element of the page itself. */
export function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element;
}

export function findTable(id: string): HTMLTableElement {
  const element = find(id);
  if (!(element instanceof HTMLTableElement)) throw new Error(`#${id} is no table.`);
  return element;
}

export function setText(id: string, text: string): void {
  const element = find(id);
  // A text that stays as it is must not be read out again.
  if (element.textContent !== text) element.textContent = text;
}

export function show(id: string, visible: boolean): void {
  find(id).hidden = !visible;
}

/** Shows the section's figures, or what it says where there are none. */
export function showFull(section: string, hasFigures: boolean): void {
  show(`${section}-empty`, !hasFigures);
  show(`${section}-full`, hasFigures);
}

export interface Cell {
  readonly content: Content | readonly Content[];
  readonly class?: string;
}

/** Numbers stand at the right. */
export function figure(content: Content | readonly Content[], more = ''): Cell {
  return { content, class: `n ${more}`.trim() };
}

/** Puts rows into the body of a table; the first cell of each names the row. The table itself stays, and with it the focus. */
export function setRows(id: string, rows: readonly (readonly (Content | Cell)[])[]): void {
  const body = findTable(id).tBodies[0];
  body?.replaceChildren(...rows.map(makeRow));
}

export function makeRow(cells: readonly (Content | Cell)[]): HTMLTableRowElement {
  return make('tr', {}, ...cells.map((cell, i) => makeCell(cell, i === 0)));
}

function makeCell(cell: Content | Cell, isFirst: boolean): HTMLElement {
  const { content, class: own = '' } =
    typeof cell === 'string' || cell instanceof Node ? { content: cell } : cell;
  const contents = typeof content === 'string' || content instanceof Node ? [content] : content;
  const attributes = own === '' ? {} : { class: own };
  return isFirst
    ? make('th', { ...attributes, scope: 'row' }, ...contents)
    : make('td', attributes, ...contents);
}

/** A name that may break where it has parts: `entra/`, `Sign`, `In`, `Logs`. */
export function named(name: string): Node {
  const fragment = document.createDocumentFragment();
  for (const [i, part] of name.split(/(?<=\/)|(?<=[a-z])(?=[A-Z])/).entries()) {
    if (i > 0) fragment.append(document.createElement('wbr'));
    fragment.append(part);
  }
  return fragment;
}

export function small(text: string): HTMLElement {
  return make('small', {}, text);
}

export interface BarOptions {
  /** Another share, drawn fainter behind it. */
  readonly soft?: number;
  /** Where a line stands. */
  readonly mark?: number;
  readonly over?: boolean;
}

/** A share of 0 to 1 as a bar. The figures stand beside it, so nobody needs to see it. */
export function bar(share: number, { soft, mark, over = false }: BarOptions = {}): HTMLElement {
  const parts: HTMLElement[] = [];
  if (soft !== undefined) parts.push(stripe('i', 'soft', soft));
  parts.push(stripe('i', over ? 'over' : '', share));
  if (mark !== undefined) {
    const line = make('b', {});
    line.style.left = `${percent(mark)}%`;
    parts.push(line);
  }
  const element = make('span', { class: 'bar' }, ...parts);
  element.setAttribute('aria-hidden', 'true');
  return element;
}

function stripe(tag: 'i', name: string, share: number): HTMLElement {
  const element = make(tag, { class: name });
  element.style.width = `${percent(share)}%`;
  return element;
}

function percent(share: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * 1_000) / 10;
}
