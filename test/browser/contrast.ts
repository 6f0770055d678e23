/* oxlint-disable unicorn/consistent-function-scoping -- only what stands inside of it goes to the page */

/** Runs in the page: every text that can be seen, and has less contrast with what it stands on than WCAG asks for (AA, 1.4.3). */
export function textsWithLittleContrast(): string[] {
  const found = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (
      !element ||
      text === '' ||
      !element.checkVisibility() ||
      element.closest('.unseen, script, style, noscript')
    )
      continue;
    const ratio = contrast(colourOf(element, 'color'), groundOf(element));
    if (ratio < 4.5) found.add(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return [...found];

  function groundOf(element: Element | null): number[] {
    for (let one = element; one; one = one.parentElement) {
      const colour = colourOf(one, 'backgroundColor');
      if ((colour[3] ?? 1) > 0) return colour;
    }
    return [255, 255, 255];
  }

  function colourOf(element: Element, property: 'color' | 'backgroundColor'): number[] {
    return (getComputedStyle(element)[property].match(/[\d.]+/g) ?? []).map(Number);
  }

  function contrast(a: number[], b: number[]): number {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  }

  function luminance([r = 0, g = 0, b = 0]: number[]): number {
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  }

  function linear(channel: number): number {
    const share = channel / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }
}
